-- carillon: outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "recipients_zone" ON "recipients" USING btree ("operator_no","timezone","no");
--> statement-breakpoint
CREATE INDEX CONCURRENTLY IF NOT EXISTS "recipients_zone_changed" ON "recipients" USING btree ("zone_changed_at") WHERE zone_changed_at is not null;
