import { routes } from "@/app/api/routes";
import { auditOperations } from "@/lib/contract/operations/audit";
import { handle } from "@/lib/http/operations";
import { presentAuditEntry } from "@/lib/http/present/audit-entry";
import { presentPage } from "@/lib/http/present/page";
import { listAudit } from "@/lib/services/access/list-audit";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(auditOperations.listAudit, async ({ ctx, query }) =>
    presentPage(await listAudit(ctx, query), presentAuditEntry),
  ),
);
