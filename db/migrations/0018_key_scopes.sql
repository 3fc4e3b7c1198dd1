-- carillon: outside a transaction
-- Reading who the recipients are became a scope of its own. Keys that were made before keep it; exporting is given anew.
UPDATE "api_keys" SET "scopes" = "scopes" || '{audience:read}'::text[]
WHERE "revoked_at" IS NULL AND cardinality("scopes") > 0 AND NOT '{audience:read}'::text[] <@ "scopes";
