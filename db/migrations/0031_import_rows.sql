CREATE TABLE "import_parts" (
	"import_no" integer NOT NULL,
	"part" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "import_parts_import_no_part_pk" PRIMARY KEY("import_no","part")
);
--> statement-breakpoint
CREATE TABLE "import_rows" (
	"import_no" integer NOT NULL,
	"line" integer NOT NULL,
	"phone" text,
	"operator_no" integer,
	"is_operator_given" boolean DEFAULT false NOT NULL,
	"timezone" text,
	"tags" text[],
	"attributes" jsonb,
	"is_opted_out" boolean DEFAULT false NOT NULL,
	"problem" jsonb,
	"warnings" jsonb,
	"cells" text[],
	"merged_into" integer,
	"outcome" text,
	"recipient_no" bigint,
	"before" jsonb,
	"applied_at" timestamp (3) with time zone,
	CONSTRAINT "import_rows_import_no_line_pk" PRIMARY KEY("import_no","line")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"no" bigint GENERATED ALWAYS AS IDENTITY (sequence name "suppressions_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"phone" bigint NOT NULL,
	"reason" text NOT NULL,
	"source" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressions_phone_reason_pk" PRIMARY KEY("phone","reason"),
	CONSTRAINT "suppressions_no_unique" UNIQUE("no")
);
--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "stage" text;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "kind" text DEFAULT 'recipients' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "options" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "found" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "is_dry_run" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "token" uuid;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "lease_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "cursor" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "unchanged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "merged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "warned" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "opted_out" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "undone" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "kept" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "import_parts" ADD CONSTRAINT "import_parts_import_no_imports_no_fk" FOREIGN KEY ("import_no") REFERENCES "public"."imports"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "suppressions_at" ON "suppressions" USING btree ("at");--> statement-breakpoint
-- Applying notes in each row what became of it: with room in its page that writes no index.
ALTER TABLE "import_rows" SET (fillfactor = 60);
