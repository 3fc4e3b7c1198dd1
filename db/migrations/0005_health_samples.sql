CREATE TABLE "health_samples" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "health_samples_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"state" text NOT NULL,
	"code" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"to_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worker_heartbeats" (
	"id" uuid PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"engine_fault" text,
	"refusing" jsonb DEFAULT '[]'::jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sending_state" ADD COLUMN "last_engine_sweep_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "health_samples_component" ON "health_samples" USING btree ("kind","name","no" DESC NULLS LAST);