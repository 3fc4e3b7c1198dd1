import { requireRight } from "@/lib/services/authorize";
import type { Context, GatewayChoice } from "@/lib/services/context";

/** In the order of the settings. */
export async function listGateways(ctx: Context): Promise<readonly GatewayChoice[]> {
  requireRight(ctx, "read");
  return ctx.gateways?.all ?? [];
}
