import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { setOptOut } from "@/lib/services/audience/set-opt-out";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: async ({ ctx, param }) => json(await setOptOut(ctx, param("phone"), true)),
  DELETE: async ({ ctx, param }) => json(await setOptOut(ctx, param("phone"), false)),
});
