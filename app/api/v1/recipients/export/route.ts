import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { exportRecipients } from "@/lib/services/audience/export-recipients";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.exportRecipients, ({ ctx, query }) => exportRecipients(ctx, query)),
);
