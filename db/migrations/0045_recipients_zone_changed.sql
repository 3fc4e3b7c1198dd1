ALTER TABLE "recipients" ADD COLUMN "zone_changed_at" timestamp (3) with time zone;
--> statement-breakpoint
CREATE FUNCTION "note_zone_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.zone_changed_at := clock_now();
  RETURN NEW;
END $$;
--> statement-breakpoint
-- Whoever writes a time zone: a form, an import, its undoing.
CREATE TRIGGER "recipients_zone_noted" BEFORE UPDATE OF "timezone" ON "recipients"
  FOR EACH ROW WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone) EXECUTE FUNCTION note_zone_change();
