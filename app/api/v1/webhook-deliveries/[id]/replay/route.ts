import { routes } from "@/app/api/routes";
import { webhookOperations } from "@/lib/contract/operations/webhooks";
import { handle } from "@/lib/http/operations";
import { replayDelivery } from "@/lib/services/webhooks/send-delivery";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(webhookOperations.replayDelivery, ({ ctx, id }) => replayDelivery(ctx, id)),
);
