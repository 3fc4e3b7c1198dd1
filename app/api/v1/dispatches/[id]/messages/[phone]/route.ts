import { json } from "@/lib/http/answers";
import { explainMessage } from "@/lib/services/explain-message";
import { routes } from "../../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id, param, locale }) => json(await explainMessage(ctx, id("dispatch"), param("phone"), locale)),
});
