import { gatewayNamed, requireTheirs } from "@/app/api/gateways";
import { routes } from "@/app/api/routes";
import { replyOperations } from "@/lib/contract/operations/replies";
import { inboundsSchema } from "@/lib/contract/sending/inbound";
import { env, inboundUrl, ownGatewayName } from "@/lib/env";
import { readExactJson, readForm } from "@/lib/http/body";
import { handle } from "@/lib/http/operations";
import { presentInbound } from "@/lib/http/present/reply";
import { parse } from "@/lib/http/problem";
import { unsigned } from "@/lib/http/signature";
import { recordTwilioMessage } from "@/lib/services/audience/record-twilio-message";
import { takeInbound } from "@/lib/services/audience/take-inbound";

/** A thousand messages, and room for what gateways add. */
const BYTES_MAX = 512 * 1024;
/** Answers nothing to whoever wrote. */
const EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(replyOperations.postInbound, async ({ ctx, request, gateway: name, locale }) => {
    const settings = gatewayNamed(name);
    const gateway = ownGatewayName(env(), name);
    if (settings.kind === "twilio") {
      const signature = request.headers.get("x-twilio-signature") ?? "";
      const message = {
        gateway,
        form: await readForm(request),
        signature,
        url: inboundUrl(env(), name),
        authToken: settings.auth_token,
      };
      if (!(await recordTwilioMessage(ctx, message))) throw unsigned("X-Twilio-Signature");
      return new Response(EMPTY_TWIML, { headers: { "content-type": "text/xml; charset=utf-8" } });
    }
    const secret = settings.kind === "http" ? settings.receipts_secret : undefined;
    const body = await readExactJson(request, BYTES_MAX, (bytes) => requireTheirs(request, bytes, secret));
    return presentInbound(await takeInbound(ctx, gateway, parse(inboundsSchema, body)), locale);
  }),
);
