-- carillon: outside a transaction
ALTER TABLE "audience_terms" VALIDATE CONSTRAINT "audience_terms_tag_no_tags_no_fk";--> statement-breakpoint
ALTER TABLE "audience_terms" VALIDATE CONSTRAINT "audience_terms_operator_no_operators_no_fk";