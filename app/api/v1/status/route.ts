import { routes } from "@/app/api/routes";
import { json } from "@/lib/http/answers";
import { engineHealth } from "@/lib/http/health";
import { getStatus } from "@/lib/services/health/get-status";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    GET: async ({ ctx, locale }) => json(await getStatus(ctx, engineHealth, locale), 200, { "cache-control": "public, max-age=5" }),
  },
  { isPublic: true },
);
