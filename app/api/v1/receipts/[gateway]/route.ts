import { receiptsSchema } from "@/lib/contract/receipt";
import { env, receiptsUrl } from "@/lib/env";
import type { GatewaySettings } from "@/lib/gateways/settings";
import { callbackOf, isTwilios, receiptOfTwilio } from "@/lib/gateways/twilio";
import { json } from "@/lib/http/answers";
import { readForm, readJson } from "@/lib/http/body";
import { HttpError, parse } from "@/lib/http/problem";
import { requireSignature, unsigned } from "@/lib/http/signature";
import { recordReceipts } from "@/lib/services/record-receipts";
import { routes } from "../../../routes";

/** A thousand receipts, and room for what gateways add. */
const BYTES_MAX = 512 * 1024;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, request, param }) => {
      const gateway = gatewayNamed(param("gateway"));
      const receipts =
        gateway.kind === "twilio" ? await readTwilio(request, param("gateway"), gateway.auth_token) : await read(request, gateway);
      return json({ changed: await recordReceipts(ctx, receipts) });
    },
  },
  { isPublic: true },
);

/** Without a file there is one gateway, called what it is. */
function gatewayNamed(name: string): GatewaySettings {
  const { GATEWAYS_FILE, SMS_GATEWAY, gateways } = env();
  const found = gateways.get(!GATEWAYS_FILE && name === SMS_GATEWAY ? "default" : name);
  if (!found) throw new HttpError(404, "not-found", { detail: "not-found.gateway", params: { id: name } });
  return found;
}

async function read(request: Request, gateway: Exclude<GatewaySettings, { kind: "twilio" }>) {
  const secret = gateway.kind === "http" ? gateway.receipts_secret : undefined;
  return parse(receiptsSchema, await readJson(request, BYTES_MAX, (bytes) => secret && requireSignature(request, bytes, secret)));
}

/** One report a call; the message it is about is in the address that was given with it. */
async function readTwilio(request: Request, name: string, authToken: string) {
  const form = await readForm(request);
  const id = new URL(request.url).searchParams.get("id") ?? "";
  const url = callbackOf(receiptsUrl(env(), name), id);
  if (!isTwilios(request.headers.get("x-twilio-signature") ?? "", url, form, authToken)) throw unsigned("X-Twilio-Signature");
  const receipt = receiptOfTwilio(id, form);
  return receipt ? parse(receiptsSchema, [receipt]) : [];
}
