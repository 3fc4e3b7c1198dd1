CREATE TABLE "import_batches" (
	"import_no" integer NOT NULL,
	"after_line" integer NOT NULL,
	"to_line" integer NOT NULL,
	"applied_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "import_batches_import_no_to_line_pk" PRIMARY KEY("import_no","to_line")
);
--> statement-breakpoint
ALTER TABLE "import_batches" ADD CONSTRAINT "import_batches_import_no_imports_no_fk" FOREIGN KEY ("import_no") REFERENCES "public"."imports"("no") ON DELETE cascade ON UPDATE no action;
