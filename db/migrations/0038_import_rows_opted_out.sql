-- carillon: outside a transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "import_rows_opted_out" ON "import_rows" USING btree ("phone") WHERE is_opted_out;
