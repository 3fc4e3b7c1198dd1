ALTER TABLE "retries" ADD COLUMN "held_version" integer;
