CREATE TABLE "inbound_messages" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbound_messages_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"gateway" text NOT NULL,
	"external_id" text NOT NULL,
	"phone" text NOT NULL,
	"sent_to" text,
	"body" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"keyword" text,
	CONSTRAINT "inbound_messages_id_unique" UNIQUE("id"),
	CONSTRAINT "inbound_messages_external" UNIQUE("gateway","external_id")
);
--> statement-breakpoint
CREATE INDEX "inbound_messages_phone" ON "inbound_messages" USING btree ("phone","no");