CREATE TABLE "prepared_dispatches" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "prepared_dispatches_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text,
	"folded" text,
	"content" text NOT NULL,
	"search" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"author" text NOT NULL,
	"editor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prepared_dispatches_id_unique" UNIQUE("id"),
	CONSTRAINT "prepared_dispatches_folded_unique" UNIQUE("folded")
);
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "sender" text;