ALTER TABLE "recipient_tags" DROP CONSTRAINT "recipient_tags_tag_no_tags_no_fk";
--> statement-breakpoint
ALTER TABLE "recipient_tags" DROP CONSTRAINT "recipient_tags_recipient_no_recipients_no_fk";
--> statement-breakpoint
ALTER TABLE "recipients" DROP CONSTRAINT "recipients_operator_no_operators_no_fk";
