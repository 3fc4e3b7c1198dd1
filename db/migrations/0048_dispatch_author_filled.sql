-- carillon: outside a transaction
-- Who made what there is already: the audit log knows.
UPDATE "dispatches" d SET "author" = a.actor FROM "audit_log" a
WHERE a.subject_type = 'dispatch' AND a.subject_id = d.id::text AND a.action = 'dispatch.created' AND d.author IS NULL;
