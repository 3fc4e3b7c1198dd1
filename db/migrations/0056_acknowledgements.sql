CREATE TABLE "acknowledgements" (
	"kind" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "acknowledgements_kind_name_pk" PRIMARY KEY("kind","name")
);
