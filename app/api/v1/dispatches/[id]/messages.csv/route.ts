import { routes } from "@/app/api/routes";
import { messageExportQuerySchema } from "@/lib/contract/dispatches/message";
import { file } from "@/lib/http/answers";
import { exportMessages } from "@/lib/services/dispatches/export-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, query }) => file(await exportMessages(ctx, id("dispatch"), query(messageExportQuerySchema)), "messages"),
});
