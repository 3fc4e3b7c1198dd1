import { auditQuerySchema } from "@/lib/contract/audit";
import { json } from "@/lib/http/answers";
import { listAudit } from "@/lib/services/list-audit";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listAudit(ctx, query(auditQuerySchema))),
});
