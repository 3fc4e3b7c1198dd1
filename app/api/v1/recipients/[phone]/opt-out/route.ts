import { json } from "@/lib/http/answers";
import { setOptOut } from "@/lib/services/set-opt-out";
import { routes } from "../../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  PUT: async ({ ctx, param }) => json(await setOptOut(ctx, param("phone"), true)),
  DELETE: async ({ ctx, param }) => json(await setOptOut(ctx, param("phone"), false)),
});
