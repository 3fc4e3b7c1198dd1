import { routes } from "@/app/api/routes";
import { importOperations } from "@/lib/contract/operations/imports";
import { env } from "@/lib/env";
import { handle } from "@/lib/http/operations";
import { presentImport } from "@/lib/http/present/import";
import { awaitImport, getReview } from "@/lib/services/audience/import/get-import";
import { startImport } from "@/lib/services/audience/import/start-import";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(importOperations.importRecipients, async ({ ctx, query, body, locale, request }) => {
    const started = await startImport(ctx, body, query, env().DEFAULT_COUNTRY);
    // The import goes on after the answer: GET /api/v1/imports/{id}/ tells how far it is.
    if (!query.dry_run) return { status: 202 as const, value: presentImport(started, locale) };
    const row = await awaitImport(ctx, started.id, request.signal);
    return {
      status: 200 as const,
      value: presentImport(row, locale, await getReview(ctx, row), ctx.actor.rights.has("audience:read")),
    };
  }),
);
