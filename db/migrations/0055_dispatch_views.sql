CREATE TABLE "dispatch_views" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dispatch_views_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"filter" text NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dispatch_views_id_unique" UNIQUE("id"),
	CONSTRAINT "dispatch_views_name_unique" UNIQUE("name")
);
