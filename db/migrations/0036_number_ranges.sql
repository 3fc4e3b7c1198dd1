CREATE TABLE "number_plan" (
	"no" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"load_no" integer
);
--> statement-breakpoint
INSERT INTO "number_plan" ("no") VALUES (1);
--> statement-breakpoint
CREATE TABLE "number_ranges" (
	"load_no" integer NOT NULL,
	"no" integer NOT NULL,
	"first_phone" bigint NOT NULL,
	"last_phone" bigint NOT NULL,
	"operator_no" integer NOT NULL,
	"region" text,
	"timezone" text,
	CONSTRAINT "number_ranges_load_no_no_pk" PRIMARY KEY("load_no","no")
);
--> statement-breakpoint
ALTER TABLE "recipients" ADD COLUMN "operator_source" text;--> statement-breakpoint
CREATE UNIQUE INDEX "number_ranges_first_phone" ON "number_ranges" USING btree ("load_no","first_phone");