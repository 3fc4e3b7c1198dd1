ALTER TABLE "retries" ADD COLUMN "postponed" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "retries" ADD COLUMN "waits_since" timestamp (3) with time zone;