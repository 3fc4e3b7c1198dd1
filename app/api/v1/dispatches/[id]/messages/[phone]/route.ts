import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { explainMessage } from "@/lib/services/dispatches/explain-message";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, param, locale }) => json(await explainMessage(ctx, id("dispatch"), param("phone"), locale)),
});
