ALTER TABLE "dispatches" ADD COLUMN "payer" text;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "recipients_paid" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "recipients_max" bigint;