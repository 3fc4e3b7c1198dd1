-- carillon: outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "dispatches_listed" ON "dispatches" USING btree ("no") WHERE deleted_at is null and recipient_no is null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "dispatches_by_start" ON "dispatches" USING btree ("start_at","no") WHERE deleted_at is null and recipient_no is null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "dispatches_by_end" ON "dispatches" USING btree (coalesce("finished_at", '-infinity'),"no") WHERE deleted_at is null and recipient_no is null;--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "dispatches_by_status" ON "dispatches" USING btree ("status","no") WHERE deleted_at is null and recipient_no is null;
