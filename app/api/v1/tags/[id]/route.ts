import { routes } from "@/app/api/routes";
import { tagOperations } from "@/lib/contract/operations/tags";
import { handle } from "@/lib/http/operations";
import { presentTag } from "@/lib/http/present/tag";
import { deleteTag } from "@/lib/services/audience/delete-tag";
import { getTag } from "@/lib/services/audience/get-tag";
import { updateTag } from "@/lib/services/audience/update-tag";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(tagOperations.getTag, async ({ ctx, id }) => presentTag(await getTag(ctx, id))),
  handle(tagOperations.updateTag, async ({ ctx, id, body }) => presentTag(await updateTag(ctx, id, body))),
  handle(tagOperations.deleteTag, ({ ctx, id }) => deleteTag(ctx, id)),
);
