import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { listAttributes } from "@/lib/services/audience/list-attributes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.listAttributes, async ({ ctx }) => ({
    items: (await listAttributes(ctx)).map((name) => ({ name })),
  })),
);
