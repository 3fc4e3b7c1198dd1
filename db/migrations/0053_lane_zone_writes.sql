ALTER TABLE "lane_zones" ADD COLUMN "written" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "lane_zones" ADD COLUMN "outside" bigint DEFAULT 0 NOT NULL;