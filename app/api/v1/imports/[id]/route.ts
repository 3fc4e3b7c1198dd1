import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { handle } from "@/lib/http/operations";
import { presentImport } from "@/lib/http/present/import";
import { discardImport } from "@/lib/services/audience/import/discard-import";
import { getImport, getReview } from "@/lib/services/audience/import/get-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.getImport, async ({ ctx, id, locale }) => {
    const row = await getImport(ctx, id);
    return presentImport(row, locale, await getReview(ctx, row), ctx.actor.rights.has("audience:read"));
  }),
  handle(importOperations.discardImport, ({ ctx, id }) => discardImport(ctx, id)),
);
