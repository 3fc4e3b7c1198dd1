CREATE TABLE "tag_counts" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tag_counts_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tag_no" integer NOT NULL,
	"count" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "tag_counts_tag" ON "tag_counts" USING btree ("tag_no","count");--> statement-breakpoint
CREATE FUNCTION "count_tags"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tag_counts (tag_no, count)
  SELECT tag_no, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END FROM changed GROUP BY tag_no;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "recipient_tags_added" AFTER INSERT ON "recipient_tags"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tags();--> statement-breakpoint
CREATE TRIGGER "recipient_tags_removed" AFTER DELETE ON "recipient_tags"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tags();
