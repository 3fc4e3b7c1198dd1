import { auditEntrySchema, auditQuerySchema } from "@/lib/contract/access/audit";
import { pageOf } from "@/lib/contract/page";
import { defineOperations } from "./operation";

export const auditOperations = defineOperations({
  listAudit: {
    method: "get",
    path: "/api/v1/audit/",
    tag: "access",
    right: "audit:read",
    summary: "What was done, by whom and from where, newest first",
    query: auditQuerySchema,
    answers: { 200: { description: "A page of entries.", schema: pageOf(auditEntrySchema) } },
    problems: [403],
  },
});
