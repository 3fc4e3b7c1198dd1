import { routes } from "@/app/api/routes";
import { messageId, receiptsSchema } from "@/lib/contract/sending/receipt";
import { env, receiptsUrl, reporterName } from "@/lib/env";
import { json } from "@/lib/http/answers";
import { readExactJson, readForm } from "@/lib/http/body";
import { HttpError, parse } from "@/lib/http/problem";
import type { Call } from "@/lib/http/routes";
import { requireSignature, unsigned } from "@/lib/http/signature";
import { recordTwilioReport } from "@/lib/services/sending/record-twilio-report";
import { takeReceipts } from "@/lib/services/sending/take-receipts";

/** A thousand receipts, and room for what gateways add. */
const BYTES_MAX = 512 * 1024;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async (call) => {
      const { ctx, request } = call;
      const name = call.param("gateway");
      const gateway = gatewayNamed(name);
      if (gateway.kind === "twilio") return json({ changed: await takeTwilios(call, gateway.auth_token), rejected: [] });
      const secret = gateway.kind === "http" ? gateway.receipts_secret : undefined;
      const body = await readExactJson(request, BYTES_MAX, (bytes) => requireTheirs(request, bytes, secret));
      return json(await takeReceipts(ctx, reporterName(env(), name), parse(receiptsSchema, body), call.locale));
    },
  },
  { isPublic: true },
);

/** Without a file there is one gateway, called what it is. */
function gatewayNamed(name: string) {
  const { GATEWAYS_FILE, SMS_GATEWAY, gateways } = env();
  const found = gateways.get(!GATEWAYS_FILE && name === SMS_GATEWAY ? "default" : name);
  if (!found) throw new HttpError(404, "not-found", { detail: "not-found.gateway", params: { id: name } });
  return found;
}

/** Where others reach Carillon nothing unsigned is taken, so nothing for a sandbox: it reports within its own process and has no secret. */
function requireTheirs(request: Request, bytes: Uint8Array, secret: string | undefined): void {
  if (secret) requireSignature(request, bytes, secret);
  else if (env().AUTH !== "open") throw unsigned("HMAC-SHA256");
}

/** One report a call. */
async function takeTwilios({ ctx, request, param }: Call, authToken: string): Promise<number> {
  const id = parse(messageId, new URL(request.url).searchParams.get("id") ?? "");
  const signature = request.headers.get("x-twilio-signature") ?? "";
  const name = param("gateway");
  const changed = await recordTwilioReport(ctx, {
    gateway: reporterName(env(), name),
    id,
    form: await readForm(request),
    signature,
    callbackUrl: receiptsUrl(env(), name),
    authToken,
  });
  if (changed === null) throw unsigned("X-Twilio-Signature");
  return changed;
}
