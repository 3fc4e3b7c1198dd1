import { routes } from "@/app/api/routes";
import { templateOperations } from "@/lib/contract/operations/prepared";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentTemplate } from "@/lib/http/present/prepared";
import { createTemplate } from "@/lib/services/dispatches/prepared/create-template";
import { listPrepared } from "@/lib/services/dispatches/prepared/list-prepared";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(templateOperations.listTemplates, async ({ ctx, query }) =>
    presentPage(await listPrepared(ctx, "template", query), presentTemplate),
  ),
  handle(templateOperations.createTemplate, async ({ ctx, body }) =>
    presentTemplate(await createTemplate(ctx, body)),
  ),
);
