import { routes } from "@/app/api/routes";
import { draftOperations } from "@/lib/contract/operations/prepared";
import { handle } from "@/lib/http/operations";
import { presentDraft } from "@/lib/http/present/prepared";
import { deletePrepared } from "@/lib/services/dispatches/prepared/delete-prepared";
import { getPrepared } from "@/lib/services/dispatches/prepared/get-prepared";
import { updateDraft } from "@/lib/services/dispatches/prepared/update-draft";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(draftOperations.getDraft, async ({ ctx, id }) => presentDraft(await getPrepared(ctx, "draft", id))),
  handle(draftOperations.updateDraft, async ({ ctx, id, headers, body }) =>
    presentDraft(await updateDraft(ctx, id, body, headers["If-Match"])),
  ),
  handle(draftOperations.deleteDraft, ({ ctx, id, headers }) =>
    deletePrepared(ctx, "draft", id, headers["If-Match"]),
  ),
);
