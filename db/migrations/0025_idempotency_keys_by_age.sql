-- carillon: outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");
