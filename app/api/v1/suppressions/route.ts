import { routes } from "@/app/api/routes";
import { suppressionOperations } from "@/lib/contract/operations/suppressions";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentSuppression } from "@/lib/http/present/suppression";
import { listSuppressions } from "@/lib/services/audience/list-suppressions";
import { createSuppression } from "@/lib/services/audience/suppress-phone";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(suppressionOperations.listSuppressions, async ({ ctx, query }) =>
    presentPage(await listSuppressions(ctx, query), presentSuppression),
  ),
  handle(suppressionOperations.createSuppression, async ({ ctx, body }) => {
    const { suppression, created } = await createSuppression(ctx, body);
    return { status: created ? 201 : 200, value: presentSuppression(suppression) } as const;
  }),
);
