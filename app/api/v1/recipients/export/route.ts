import { recipientExportQuerySchema } from "@/lib/contract/recipient";
import { file } from "@/lib/http/answers";
import { exportRecipients } from "@/lib/services/export-recipients";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => file(await exportRecipients(ctx, query(recipientExportQuerySchema)), "recipients"),
});
