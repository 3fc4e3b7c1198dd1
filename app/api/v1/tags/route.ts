import { routes } from "@/app/api/routes";
import { tagOperations } from "@/lib/contract/operations/tags";
import { handle } from "@/lib/http/operations";
import { presentPage } from "@/lib/http/present/page";
import { presentTag } from "@/lib/http/present/tag";
import { createTag } from "@/lib/services/audience/create-tag";
import { listTags } from "@/lib/services/audience/list-tags";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(tagOperations.listTags, async ({ ctx, query }) =>
    presentPage(await listTags(ctx, query), presentTag),
  ),
  handle(tagOperations.createTag, async ({ ctx, body }) => presentTag(await createTag(ctx, body))),
);
