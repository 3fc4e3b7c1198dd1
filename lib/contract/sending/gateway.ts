import { z } from "zod";

export const gatewaySchema = z.object({
  name: z.string(),
  kind: z.enum(["sandbox", "http", "twilio"]),
  /** Whom dispatches may be from, the default first. */
  senders: z.array(z.string()),
});
export type Gateway = z.output<typeof gatewaySchema>;
