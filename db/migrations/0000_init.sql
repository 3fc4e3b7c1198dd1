CREATE TABLE "import_errors" (
	"import_no" integer NOT NULL,
	"line" integer NOT NULL,
	"code" text NOT NULL,
	"cells" text[] NOT NULL,
	CONSTRAINT "import_errors_import_no_line_pk" PRIMARY KEY("import_no","line")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "imports_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"status" text NOT NULL,
	"rows" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"error" text,
	"actor" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "imports_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "operators_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"rate" numeric,
	"prefixes" text[] DEFAULT '{}' NOT NULL,
	"gateway" text DEFAULT 'default' NOT NULL,
	"next_slot_at" timestamp (3) with time zone DEFAULT 'epoch' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operators_id_unique" UNIQUE("id"),
	CONSTRAINT "operators_code_unique" UNIQUE("code"),
	CONSTRAINT "operators_rate_positive" CHECK ("operators"."rate" > 0)
);
--> statement-breakpoint
CREATE TABLE "recipient_tags" (
	"tag_no" integer NOT NULL,
	"recipient_no" bigint NOT NULL,
	CONSTRAINT "recipient_tags_tag_no_recipient_no_pk" PRIMARY KEY("tag_no","recipient_no")
);
--> statement-breakpoint
CREATE TABLE "recipients" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "recipients_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"phone" text NOT NULL,
	"operator_no" integer NOT NULL,
	"timezone" text,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"opted_out_at" timestamp (3) with time zone,
	"operator_changed_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "recipients_no_32_bits" CHECK ("recipients"."no" > 0 and "recipients"."no" < 4294967296)
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tags_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tags_id_unique" UNIQUE("id"),
	CONSTRAINT "tags_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
CREATE TABLE "dispatches" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dispatches_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"status" text DEFAULT 'scheduled' NOT NULL,
	"timezone" text NOT NULL,
	"start_at" timestamp (3) with time zone NOT NULL,
	"end_at" timestamp (3) with time zone NOT NULL,
	"start_input" text NOT NULL,
	"end_input" text NOT NULL,
	"message_text" text NOT NULL,
	"segments" smallint NOT NULL,
	"operator_no" integer,
	"tag_no" integer,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"max_no" bigint,
	"audience" bigint,
	"unclaimed_expired" bigint DEFAULT 0 NOT NULL,
	"unclaimed_cancelled" bigint DEFAULT 0 NOT NULL,
	"unclaimed_skipped" bigint DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "dispatches_id_unique" UNIQUE("id"),
	CONSTRAINT "dispatches_no_31_bits" CHECK ("dispatches"."no" > 0 and "dispatches"."no" < 2147483648),
	CONSTRAINT "dispatches_window" CHECK ("dispatches"."end_at" >= "dispatches"."start_at")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"dispatch_no" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "chunks" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chunks_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"lane_no" integer NOT NULL,
	"state" text DEFAULT 'claimed' NOT NULL,
	"token" uuid,
	"lease_until" timestamp with time zone NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"folded" boolean DEFAULT false NOT NULL,
	"size" integer NOT NULL,
	"first_id" bigint NOT NULL,
	"last_id" bigint NOT NULL,
	"sending" bigint DEFAULT 0 NOT NULL,
	"deferred" bigint DEFAULT 0 NOT NULL,
	"sent" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"undelivered" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"unknown" bigint DEFAULT 0 NOT NULL,
	"expired" bigint DEFAULT 0 NOT NULL,
	"skipped" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "failures" (
	"no" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "failures_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"message_id" bigint NOT NULL,
	"lane_no" integer NOT NULL,
	"outcome" text NOT NULL,
	"code" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"no" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "lanes_no_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"dispatch_no" integer NOT NULL,
	"operator_no" integer NOT NULL,
	"open" boolean NOT NULL,
	"cursor" bigint DEFAULT 0 NOT NULL,
	"drained" boolean DEFAULT false NOT NULL,
	"turn_token" uuid,
	"turn_until" timestamp with time zone,
	"wait_reason" text,
	"wait_until" timestamp with time zone,
	"sending" bigint DEFAULT 0 NOT NULL,
	"deferred" bigint DEFAULT 0 NOT NULL,
	"sent" bigint DEFAULT 0 NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	"undelivered" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"unknown" bigint DEFAULT 0 NOT NULL,
	"expired" bigint DEFAULT 0 NOT NULL,
	"skipped" bigint DEFAULT 0 NOT NULL,
	"cancelled" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "lanes_dispatch_operator" UNIQUE("dispatch_no","operator_no")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" bigint PRIMARY KEY NOT NULL,
	"lane_no" integer NOT NULL,
	"chunk_no" bigint,
	"phone" text NOT NULL,
	"status" text NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "retries" (
	"message_id" bigint PRIMARY KEY NOT NULL,
	"lane_no" integer NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"attempt" smallint NOT NULL,
	"chunk_no" bigint
);
--> statement-breakpoint
CREATE TABLE "sending_state" (
	"no" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"state" text DEFAULT 'on' NOT NULL,
	"reason" text,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text DEFAULT 'system' NOT NULL,
	"last_sweep_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "import_errors" ADD CONSTRAINT "import_errors_import_no_imports_no_fk" FOREIGN KEY ("import_no") REFERENCES "public"."imports"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_tags" ADD CONSTRAINT "recipient_tags_tag_no_tags_no_fk" FOREIGN KEY ("tag_no") REFERENCES "public"."tags"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipient_tags" ADD CONSTRAINT "recipient_tags_recipient_no_recipients_no_fk" FOREIGN KEY ("recipient_no") REFERENCES "public"."recipients"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recipients" ADD CONSTRAINT "recipients_operator_no_operators_no_fk" FOREIGN KEY ("operator_no") REFERENCES "public"."operators"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatches" ADD CONSTRAINT "dispatches_operator_no_operators_no_fk" FOREIGN KEY ("operator_no") REFERENCES "public"."operators"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispatches" ADD CONSTRAINT "dispatches_tag_no_tags_no_fk" FOREIGN KEY ("tag_no") REFERENCES "public"."tags"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_dispatch_no_dispatches_no_fk" FOREIGN KEY ("dispatch_no") REFERENCES "public"."dispatches"("no") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chunks" ADD CONSTRAINT "chunks_lane_no_lanes_no_fk" FOREIGN KEY ("lane_no") REFERENCES "public"."lanes"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_dispatch_no_dispatches_no_fk" FOREIGN KEY ("dispatch_no") REFERENCES "public"."dispatches"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_operator_no_operators_no_fk" FOREIGN KEY ("operator_no") REFERENCES "public"."operators"("no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "recipient_tags_recipient" ON "recipient_tags" USING btree ("recipient_no");--> statement-breakpoint
CREATE UNIQUE INDEX "recipients_phone" ON "recipients" USING btree ("phone");--> statement-breakpoint
CREATE INDEX "recipients_operator" ON "recipients" USING btree ("operator_no","no");--> statement-breakpoint
CREATE INDEX "recipients_operator_changed" ON "recipients" USING btree ("operator_changed_at") WHERE operator_changed_at is not null;--> statement-breakpoint
CREATE INDEX "audit_log_subject" ON "audit_log" USING btree ("subject_type","subject_id","no");--> statement-breakpoint
CREATE INDEX "dispatches_unfinished" ON "dispatches" USING btree ("status","start_at") WHERE status in ('scheduled', 'running', 'paused');--> statement-breakpoint
CREATE INDEX "chunks_unfolded" ON "chunks" USING btree ("lane_no","no") WHERE not folded;--> statement-breakpoint
CREATE INDEX "chunks_lane_settled" ON "chunks" USING btree ("lane_no","settled_at");--> statement-breakpoint
CREATE INDEX "failures_lane" ON "failures" USING btree ("lane_no","no");--> statement-breakpoint
CREATE INDEX "lanes_open" ON "lanes" USING btree ("no") WHERE open;--> statement-breakpoint
CREATE INDEX "retries_due" ON "retries" USING btree ("lane_no","due_at") WHERE chunk_no is null;