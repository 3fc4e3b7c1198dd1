CREATE TABLE "attribute_names" (
	"name" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_texts" (
	"message_id" bigint PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"segments" smallint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "personal" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatches" ADD COLUMN "max_segments" smallint;