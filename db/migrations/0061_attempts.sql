CREATE TABLE "attempts" (
	"message_id" bigint NOT NULL,
	"no" smallint NOT NULL,
	"gateway" text NOT NULL,
	"code" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "attempts_message_id_no_pk" PRIMARY KEY("message_id","no")
);
