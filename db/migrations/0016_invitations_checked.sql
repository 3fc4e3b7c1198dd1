-- carillon: outside a transaction
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "invitations_id" ON "invitations" USING btree ("id");--> statement-breakpoint
ALTER TABLE "invitations" VALIDATE CONSTRAINT "invitations_created_by_id_users_id_fk";--> statement-breakpoint
-- Nobody knows for whom these were, nor who may answer for them.
DELETE FROM "invitations" WHERE "used_at" IS NULL AND "email" IS NULL AND "created_by_id" IS NULL;
