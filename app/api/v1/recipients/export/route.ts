import { routes } from "@/app/api/routes";
import { recipientExportQuerySchema } from "@/lib/contract/audience/recipient";
import { file } from "@/lib/http/answers";
import { exportRecipients } from "@/lib/services/audience/export-recipients";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => file(await exportRecipients(ctx, query(recipientExportQuerySchema)), "recipients"),
});
