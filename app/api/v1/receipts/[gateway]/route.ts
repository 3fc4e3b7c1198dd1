import { receiptsSchema } from "@/lib/contract/receipt";
import { env } from "@/lib/env";
import { json } from "@/lib/http/answers";
import { readJson } from "@/lib/http/body";
import { HttpError, parse } from "@/lib/http/problem";
import { requireSignature } from "@/lib/http/signature";
import { recordReceipts } from "@/lib/services/record-receipts";
import { routes } from "../../../routes";

/** A thousand receipts, and room for what gateways add. */
const BYTES_MAX = 512 * 1024;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, request, param }) => {
      const { SMS_GATEWAY, SMS_GATEWAY_RECEIPTS_SECRET: secret } = env();
      if (param("gateway") !== SMS_GATEWAY)
        throw new HttpError(404, "not-found", { detail: "not-found.gateway", params: { id: param("gateway") } });
      const body = await readJson(request, BYTES_MAX, (bytes) => secret && requireSignature(request, bytes, secret));
      return json({ changed: await recordReceipts(ctx, parse(receiptsSchema, body)) });
    },
  },
  { isPublic: true },
);
