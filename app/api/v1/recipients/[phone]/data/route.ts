import { routes } from "@/app/api/routes";
import { recipientOperations } from "@/lib/contract/operations/recipients";
import { handle } from "@/lib/http/operations";
import { presentPersonData } from "@/lib/http/present/person";
import { readPersonData } from "@/lib/services/dispatches/read-person-data";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(recipientOperations.getRecipientData, async ({ ctx, phone }) =>
    presentPersonData(await readPersonData(ctx, phone)),
  ),
);
