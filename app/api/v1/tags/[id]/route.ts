import { routes } from "@/app/api/routes";
import { tagUpdateSchema } from "@/lib/contract/audience/tag";
import { json, noContent } from "@/lib/http/answers";
import { deleteTag } from "@/lib/services/audience/delete-tag";
import { getTag } from "@/lib/services/audience/get-tag";
import { updateTag } from "@/lib/services/audience/update-tag";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getTag(ctx, id("tag"))),
  PATCH: async ({ ctx, id, json: body }) => json(await updateTag(ctx, id("tag"), await body(tagUpdateSchema))),
  DELETE: async ({ ctx, id }) => {
    await deleteTag(ctx, id("tag"));
    return noContent();
  },
});
