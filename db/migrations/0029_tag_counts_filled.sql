-- carillon: outside a transaction
-- What there was before the triggers: all rows without what they have counted. One statement sees both as they were in one moment.
INSERT INTO "tag_counts" ("tag_no", "count")
SELECT tag_no, sum(n)::bigint FROM (
  SELECT tag_no, count(*) AS n FROM recipient_tags GROUP BY tag_no
  UNION ALL
  SELECT tag_no, -sum(count) FROM tag_counts GROUP BY tag_no
) parts GROUP BY tag_no HAVING sum(n) <> 0;
