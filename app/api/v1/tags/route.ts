import { routes } from "@/app/api/routes";
import { tagWriteSchema } from "@/lib/contract/audience/tag";
import { pageQuerySchema } from "@/lib/contract/page";
import { json } from "@/lib/http/answers";
import { createTag } from "@/lib/services/audience/create-tag";
import { listTags } from "@/lib/services/audience/list-tags";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes({
  GET: async ({ ctx, query }) => json(await listTags(ctx, query(pageQuerySchema))),
  POST: async ({ ctx, json: body }) => {
    const tag = await createTag(ctx, await body(tagWriteSchema));
    return json(tag, 201, { location: `/api/v1/tags/${tag.id}/` });
  },
});
