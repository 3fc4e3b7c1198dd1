import { messageExportQuerySchema } from "@/lib/contract/message";
import { file } from "@/lib/http/answers";
import { exportMessages } from "@/lib/services/export-messages";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, query }) => file(await exportMessages(ctx, id("dispatch"), query(messageExportQuerySchema)), "messages"),
});
