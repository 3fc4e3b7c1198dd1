import { context } from "@/app/api/routes";
import { isReady } from "@/lib/services/health/is-ready";

/** The database answers and is migrated: requests may be sent here. */
export async function GET(): Promise<Response> {
  const ready = await isReady(context());
  return Response.json(
    { status: ready ? "ready" : "unavailable" },
    { status: ready ? 200 : 503, headers: { "cache-control": "no-store" } },
  );
}

export const dynamic = "force-dynamic";
