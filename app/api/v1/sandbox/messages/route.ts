import { routes } from "@/app/api/routes";
import { gatewayOperations } from "@/lib/contract/operations/gateways";
import { handle } from "@/lib/http/operations";
import { presentSandboxMessages } from "@/lib/http/present/sending";
import { listSandboxMessages } from "@/lib/services/sending/sandbox/list-sandbox-messages";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(gatewayOperations.listSandboxMessages, async ({ ctx, query }) =>
    presentSandboxMessages(await listSandboxMessages(ctx, query.phone)),
  ),
);
