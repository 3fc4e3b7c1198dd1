-- carillon: outside a transaction
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "recipients_by_phone" ON "recipients" USING btree ("phone") INCLUDE ("no","deleted_at");--> statement-breakpoint
DROP INDEX CONCURRENTLY IF EXISTS "recipients_phone";
