-- carillon: outside a transaction
-- Who had opted out before there were reasons. Refusals by the operator are told apart by the audit log.
INSERT INTO "suppressions" ("phone", "reason", "source", "at")
SELECT substr(r.phone, 2)::bigint,
  CASE WHEN refused.yes THEN 'refused_by_operator' ELSE 'asked' END, 'before reasons were kept', r.opted_out_at
FROM recipients r
LEFT JOIN LATERAL (
  SELECT a.after->>'reason' = 'refused_by_operator' AS yes FROM audit_log a
  WHERE a.subject_type = 'recipient' AND a.subject_id = r.phone AND a.action = 'recipient.opted_out' ORDER BY a.no DESC LIMIT 1
) refused ON true
WHERE r.opted_out_at IS NOT NULL
ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- The rows that imports have refused so far, where new ones are kept. The header was the row of the code `header`.
INSERT INTO "import_rows" ("import_no", "line", "problem", "cells")
SELECT import_no, line, jsonb_build_array(jsonb_build_object('code', code)), cells FROM import_errors WHERE code <> 'header'
ON CONFLICT DO NOTHING;
--> statement-breakpoint
UPDATE "imports" i SET "found" = jsonb_build_object('header', to_jsonb(e.cells)) FROM import_errors e
WHERE e.import_no = i.no AND e.code = 'header' AND i.found IS NULL;
