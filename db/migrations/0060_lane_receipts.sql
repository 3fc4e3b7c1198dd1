CREATE TABLE "lane_receipts" (
	"lane_no" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"delivered" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "lane_receipts_lane_no_at_pk" PRIMARY KEY("lane_no","at")
);
