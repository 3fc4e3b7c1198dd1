import { gatewayNamed, requireTheirs } from "@/app/api/gateways";
import { routes } from "@/app/api/routes";
import { gatewayOperations } from "@/lib/contract/operations/gateways";
import { messageId, receiptsSchema } from "@/lib/contract/sending/receipt";
import { env, receiptsUrl, reporterName } from "@/lib/env";
import { readExactJson, readForm } from "@/lib/http/body";
import { handle, type OperationCall } from "@/lib/http/operations";
import { presentReceipts } from "@/lib/http/present/sending";
import { parse } from "@/lib/http/problem";
import { unsigned } from "@/lib/http/signature";
import { recordTwilioReport } from "@/lib/services/sending/record-twilio-report";
import { takeReceipts } from "@/lib/services/sending/take-receipts";

/** A thousand receipts, and room for what gateways add. */
const BYTES_MAX = 512 * 1024;

type ReceiptCall = OperationCall<typeof gatewayOperations.postReceipts>;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(gatewayOperations.postReceipts, async (call) => {
    const { ctx, request, gateway: name, locale } = call;
    const gateway = gatewayNamed(name);
    if (gateway.kind === "twilio")
      return { changed: await takeTwilios(call, gateway.auth_token), rejected: [] };
    const secret = gateway.kind === "http" ? gateway.receipts_secret : undefined;
    const body = await readExactJson(request, BYTES_MAX, (bytes) => requireTheirs(request, bytes, secret));
    return presentReceipts(
      await takeReceipts(ctx, reporterName(env(), name), parse(receiptsSchema, body)),
      locale,
    );
  }),
);

/** One report a call. */
async function takeTwilios({ ctx, request, gateway: name }: ReceiptCall, authToken: string): Promise<number> {
  const id = parse(messageId, new URL(request.url).searchParams.get("id") ?? "");
  const signature = request.headers.get("x-twilio-signature") ?? "";
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
