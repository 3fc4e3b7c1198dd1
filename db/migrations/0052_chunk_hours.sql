ALTER TABLE "chunks" ADD COLUMN "zone" text;--> statement-breakpoint
ALTER TABLE "chunks" ADD COLUMN "range_from" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "chunks" ADD COLUMN "range_to" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "chunks" ADD COLUMN "first_written_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "chunks" ADD COLUMN "last_written_at" timestamp (3) with time zone;