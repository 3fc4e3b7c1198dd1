import { routes } from "@/app/api/routes";
import { audienceOperations } from "@/lib/contract/operations/audiences";
import { handle } from "@/lib/http/operations";
import { presentAudience, presentCountedAudience } from "@/lib/http/present/audience";
import { presentPage } from "@/lib/http/present/page";
import { createAudience } from "@/lib/services/audience/saved/create-audience";
import { listAudiences } from "@/lib/services/audience/saved/list-audiences";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(audienceOperations.listAudiences, async ({ ctx, query }) =>
    presentPage(await listAudiences(ctx, query), presentCountedAudience),
  ),
  handle(audienceOperations.createAudience, async ({ ctx, body }) =>
    presentAudience(await createAudience(ctx, body)),
  ),
);
