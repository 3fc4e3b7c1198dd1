ALTER TABLE "imports" ADD COLUMN "file_name" text;
