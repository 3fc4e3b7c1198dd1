import { routes } from "@/app/api/routes";
import { draftOperations } from "@/lib/contract/operations/prepared";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentDraft } from "@/lib/http/present/prepared";
import { createDraft } from "@/lib/services/dispatches/prepared/create-draft";
import { listPrepared } from "@/lib/services/dispatches/prepared/list-prepared";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(draftOperations.listDrafts, async ({ ctx, query }) =>
    presentPage(await listPrepared(ctx, "draft", query), presentDraft),
  ),
  handle(draftOperations.createDraft, async ({ ctx, body }) => presentDraft(await createDraft(ctx, body))),
);
