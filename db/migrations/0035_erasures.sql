CREATE TABLE "erased_suppressions" (
	"hash" "bytea" NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "erased_suppressions_hash_reason_pk" PRIMARY KEY("hash","reason")
);
--> statement-breakpoint
CREATE TABLE "erasure_keys" (
	"no" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"inner_pad" "bytea" NOT NULL,
	"outer_pad" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "erasures_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"recipient_no" bigint NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"done_at" timestamp (3) with time zone,
	CONSTRAINT "erasures_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE INDEX "erasures_at" ON "erasures" USING btree ("at");--> statement-breakpoint
CREATE INDEX "erasures_open" ON "erasures" USING btree ("no") WHERE done_at is null;--> statement-breakpoint
-- 512 random bits, all of them of the database's own random numbers.
WITH random AS MATERIALIZED (
  SELECT decode(replace(string_agg(gen_random_uuid()::text, ''), '-', ''), 'hex') AS key FROM generate_series(1, 4)
)
INSERT INTO erasure_keys (inner_pad, outer_pad)
SELECT string_agg(set_byte('\x00', 0, get_byte(key, i) # 54), ''::bytea ORDER BY i),
  string_agg(set_byte('\x00', 0, get_byte(key, i) # 92), ''::bytea ORDER BY i)
FROM random, generate_series(0, 63) i;
--> statement-breakpoint
-- HMAC-SHA256 of a number. As the owner, so that the key itself may be kept from the product.
CREATE FUNCTION "erased_hash"(phone text) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(k.outer_pad || sha256(k.inner_pad || convert_to(phone, 'UTF8'))) FROM public.erasure_keys k
$$;
--> statement-breakpoint
-- A number that comes again is suppressed as it was before it was erased, whoever adds it.
CREATE FUNCTION "recall_suppressions"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.erased_suppressions) THEN RETURN NULL; END IF;
  WITH recalled AS (
    DELETE FROM public.erased_suppressions e USING added a, public.erasure_keys k
    WHERE e.hash = sha256(k.outer_pad || sha256(k.inner_pad || convert_to(a.phone, 'UTF8')))
    RETURNING a.no, a.phone, e.reason, e.at
  ), noted AS (
    INSERT INTO public.suppressions (phone, reason, source, at)
    SELECT substr(phone, 2)::bigint, reason, 'before an erasure', at FROM recalled ON CONFLICT DO NOTHING
  )
  UPDATE public.recipients r SET opted_out_at = f.at
  FROM (SELECT no, min(at) AS at FROM recalled GROUP BY no) f WHERE r.no = f.no;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "recipients_recall_suppressions" AFTER INSERT ON "recipients"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION recall_suppressions();
--> statement-breakpoint
-- What finds a number in a text, however somebody wrote it: its national digits, the usual signs between them, its country or a trunk 8 or 0 before.
CREATE FUNCTION "phone_pattern"(phone text, digits text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF phone !~ '^\+[1-9][0-9]{6,14}$' OR digits !~ '^[0-9]{6,15}$' OR right(phone, length(digits)) <> digits THEN
    RAISE EXCEPTION 'no phone number' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN '(?<![0-9])\+?(?:' || substr(phone, 2, length(phone) - length(digits) - 1) || '|8|0)?[ ().-]{0,3}'
    || array_to_string(regexp_split_to_array(digits, ''), '[ ().-]{0,3}') || '(?![0-9])';
END $$;
--> statement-breakpoint
CREATE FUNCTION "scrub_json"(value jsonb, pattern text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF value IS NULL OR value::text !~ pattern THEN RETURN value; END IF;
  RETURN CASE jsonb_typeof(value)
    WHEN 'string' THEN to_jsonb(regexp_replace(value #>> '{}', pattern, '…', 'g'))
    WHEN 'number' THEN 'null'::jsonb
    WHEN 'array' THEN (SELECT jsonb_agg(public.scrub_json(e, pattern) ORDER BY i) FROM jsonb_array_elements(value) WITH ORDINALITY t(e, i))
    WHEN 'object' THEN (SELECT jsonb_object_agg(regexp_replace(f, pattern, '…', 'g'), public.scrub_json(e, pattern)) FROM jsonb_each(value) t(f, e))
    ELSE value
  END;
END $$;
--> statement-breakpoint
-- The log stays append-only, but for the one function below: it is its owner's, says so for as long as it works, and is noted by itself.
CREATE OR REPLACE FUNCTION "audit_log_is_append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('carillon.scrubs_audit_log', true) = 'yes'
    AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
-- Takes one number, and what entries about it say, out of the log. When, who and what was done stay. It finds whole numbers alone, and leaves an entry that says who asked.
CREATE FUNCTION "scrub_audit_log"(phone text, digits text, erasure uuid, actor text, address text, request_id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  pattern text := public.phone_pattern(phone, digits);
BEGIN
  PERFORM set_config('carillon.scrubs_audit_log', 'yes', true);
  UPDATE public.audit_log a SET
    subject_id = CASE WHEN a.subject_id ~ pattern THEN erasure::text ELSE a.subject_id END,
    before = CASE WHEN NOT f.is_theirs THEN public.scrub_json(a.before, pattern) END,
    after = CASE WHEN NOT f.is_theirs THEN public.scrub_json(a.after, pattern) END
  FROM (
    SELECT no, subject_type = 'recipient' AND subject_id = phone
      OR action = 'dispatch.test' AND coalesce(l.after->>'phone' = phone, false) AS is_theirs
    FROM public.audit_log l WHERE concat_ws(' ', l.subject_id, l.before, l.after) ~ pattern
  ) f
  WHERE a.no = f.no;
  PERFORM set_config('carillon.scrubs_audit_log', '', true);
  INSERT INTO public.audit_log (actor, action, subject_type, subject_id, address, request_id)
  VALUES (actor, 'recipient.erased', 'recipient', erasure::text, address, request_id);
END $$;
