import { recipientFilterSchema } from "@/lib/contract/recipient";
import { csv } from "@/lib/http/answers";
import { exportRecipients } from "@/lib/services/export-recipients";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => csv(await exportRecipients(ctx, query(recipientFilterSchema)), "recipients.csv"),
});
