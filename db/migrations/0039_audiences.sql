CREATE TABLE "audiences" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audiences_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audiences_id_unique" UNIQUE("id"),
	CONSTRAINT "audiences_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "audience_terms" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audience_terms_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dispatch_no" integer,
	"audience_no" integer,
	"clause" text NOT NULL,
	"tag_no" integer,
	"operator_no" integer,
	"excluded_no" integer,
	"position" smallint,
	"name" text,
	"value" text,
	CONSTRAINT "audience_terms_owner" CHECK (("audience_terms"."dispatch_no" is null) <> ("audience_terms"."audience_no" is null))
);
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "has_terms" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "expected" jsonb;
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "messages_dropping_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "audience_terms" ADD CONSTRAINT "audience_terms_dispatch_no_dispatches_no_fk" FOREIGN KEY ("dispatch_no") REFERENCES "public"."dispatches"("no") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "audience_terms" ADD CONSTRAINT "audience_terms_audience_no_audiences_no_fk" FOREIGN KEY ("audience_no") REFERENCES "public"."audiences"("no") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "audience_terms" ADD CONSTRAINT "audience_terms_excluded_no_dispatches_no_fk" FOREIGN KEY ("excluded_no") REFERENCES "public"."dispatches"("no") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "audience_terms_dispatch" ON "audience_terms" USING btree ("dispatch_no");
--> statement-breakpoint
CREATE INDEX "audience_terms_audience" ON "audience_terms" USING btree ("audience_no");
--> statement-breakpoint
CREATE INDEX "audience_terms_tag" ON "audience_terms" USING btree ("tag_no");
--> statement-breakpoint
CREATE INDEX "audience_terms_operator" ON "audience_terms" USING btree ("operator_no");
--> statement-breakpoint
CREATE INDEX "audience_terms_excluded" ON "audience_terms" USING btree ("excluded_no");