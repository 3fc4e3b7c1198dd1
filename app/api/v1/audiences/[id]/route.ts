import { routes } from "@/app/api/routes";
import { audienceOperations } from "@/lib/contract/operations/audiences";
import { handle } from "@/lib/http/operations";
import { presentAudience, presentCountedAudience } from "@/lib/http/present/audience";
import { deleteAudience } from "@/lib/services/audience/saved/delete-audience";
import { getAudience } from "@/lib/services/audience/saved/get-audience";
import { updateAudience } from "@/lib/services/audience/saved/update-audience";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(audienceOperations.getAudience, async ({ ctx, id }) =>
    presentCountedAudience(await getAudience(ctx, id)),
  ),
  handle(audienceOperations.updateAudience, async ({ ctx, id, headers, body }) =>
    presentAudience(await updateAudience(ctx, id, body, headers["If-Match"])),
  ),
  handle(audienceOperations.deleteAudience, ({ ctx, id }) => deleteAudience(ctx, id)),
);
