import { routes } from "@/app/api/routes";
import { templateOperations } from "@/lib/contract/operations/prepared";
import { handle } from "@/lib/http/operations";
import { presentTemplate } from "@/lib/http/present/prepared";
import { deletePrepared } from "@/lib/services/dispatches/prepared/delete-prepared";
import { getPrepared } from "@/lib/services/dispatches/prepared/get-prepared";
import { updateTemplate } from "@/lib/services/dispatches/prepared/update-template";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(templateOperations.getTemplate, async ({ ctx, id }) =>
    presentTemplate(await getPrepared(ctx, "template", id)),
  ),
  handle(templateOperations.updateTemplate, async ({ ctx, id, headers, body }) =>
    presentTemplate(await updateTemplate(ctx, id, body, headers["If-Match"])),
  ),
  handle(templateOperations.deleteTemplate, ({ ctx, id, headers }) =>
    deletePrepared(ctx, "template", id, headers["If-Match"]),
  ),
);
