-- carillon: outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "recipients_by_last_digits" ON "recipients" USING btree (right("phone", 4));
