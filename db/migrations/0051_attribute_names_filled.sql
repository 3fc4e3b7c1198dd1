-- carillon: outside a transaction
-- What people have; a worker of the version before may add a name meanwhile that the next import or edit that has it brings.
INSERT INTO "attribute_names" ("name")
SELECT DISTINCT n FROM recipients r, jsonb_object_keys(r.attributes) n WHERE r.deleted_at IS NULL
ON CONFLICT DO NOTHING;
