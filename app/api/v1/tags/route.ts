import { pageQuerySchema } from "@/lib/contract/page";
import { tagWriteSchema } from "@/lib/contract/tag";
import { json } from "@/lib/http/answers";
import { createTag } from "@/lib/services/create-tag";
import { listTags } from "@/lib/services/list-tags";
import { routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listTags(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) => {
    const tag = await createTag(ctx, await body(tagWriteSchema));
    return json(tag, 201, { location: `/api/v1/tags/${tag.id}/` });
  },
});
