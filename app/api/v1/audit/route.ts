import { routes } from "@/app/api/routes";
import { auditQuerySchema } from "@/lib/contract/access/audit";
import { json } from "@/lib/http/answers";
import { listAudit } from "@/lib/services/access/list-audit";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listAudit(ctx, query(auditQuerySchema))),
});
