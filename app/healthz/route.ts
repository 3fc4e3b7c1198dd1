import { VERSION } from "@/lib/version";

/** The process is up, and this is what it runs. */
export function GET(): Response {
  return Response.json({ status: "ok", version: VERSION }, { headers: { "cache-control": "no-store" } });
}

export const dynamic = "force-dynamic";
