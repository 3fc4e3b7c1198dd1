CREATE TABLE "lane_zones" (
	"lane_no" integer NOT NULL,
	"zone" text NOT NULL,
	"cursor" bigint NOT NULL,
	"drained" boolean DEFAULT false NOT NULL,
	CONSTRAINT "lane_zones_lane_no_zone_pk" PRIMARY KEY("lane_no","zone")
);
--> statement-breakpoint
CREATE TABLE "quiet_hours" (
	"no" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"enabled" boolean DEFAULT false NOT NULL,
	"hours" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_by" text DEFAULT 'system' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "local_time" jsonb;
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "ignore_quiet_hours" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
INSERT INTO "quiet_hours" ("hours")
VALUES ('{"from":"21:00","to":"09:00","days":["mon","tue","wed","thu","fri","sat","sun"],"unknown_zone":"dispatch"}');
--> statement-breakpoint
ALTER TABLE "quiet_hours" ADD CONSTRAINT "quiet_hours_one_row" CHECK (no = 1);
--> statement-breakpoint
ALTER TABLE "lane_zones" SET (fillfactor = 20);
