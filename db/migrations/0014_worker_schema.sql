ALTER TABLE "worker_heartbeats" ADD COLUMN "version" text;--> statement-breakpoint
ALTER TABLE "worker_heartbeats" ADD COLUMN "known_migration" bigint;