import { tagUpdateSchema } from "@/lib/contract/tag";
import { json, noContent } from "@/lib/http/answers";
import { deleteTag } from "@/lib/services/delete-tag";
import { getTag } from "@/lib/services/get-tag";
import { updateTag } from "@/lib/services/update-tag";
import { routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, id }) => json(await getTag(ctx, id("tag"))),
  PATCH: async ({ ctx, id, json: body }) => json(await updateTag(ctx, id("tag"), await body(tagUpdateSchema))),
  DELETE: async ({ ctx, id }) => {
    await deleteTag(ctx, id("tag"));
    return noContent();
  },
});
