import { csv } from "@/lib/http/answers";
import { exportMessages } from "@/lib/services/export-messages";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => csv(await exportMessages(ctx, id("dispatch")), "messages.csv"),
});
