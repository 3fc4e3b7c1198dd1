import { readFileSync } from "node:fs";
import { z } from "zod";

const connections = z.int().min(1).max(10_000).default(256);
/** At most 60 s: a chunk's lease must outlive its last call (`CALL_MS_MAX`). */
const timeout = z.int().min(100).max(60_000).default(30_000);
const address = z.url({ protocol: /^https?$/ });
const sender = z.string().min(1).max(64);
/** The senders that a dispatch may choose. The first is the default. */
const senders = z
  .array(sender)
  .min(1)
  .refine((names) => new Set(names).size === names.length, "one sender is there twice")
  .optional();
const secret = z.string().min(16, "at least 16 characters");

const anyGateway = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("sandbox"), senders }),
  z.strictObject({
    kind: z.literal("http"),
    url: address,
    token: z.string().min(1).optional(),
    sender: sender.optional(),
    senders,
    connections,
    timeout_ms: timeout,
    idempotent: z.boolean().default(false),
    receipts_secret: secret.optional(),
  }),
  z.strictObject({
    kind: z.literal("twilio"),
    url: address.default("https://api.twilio.com"),
    account_sid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, "it begins with AC and has 32 hexadecimal digits"),
    auth_token: secret,
    sender: sender.optional(),
    senders,
    connections: connections.default(64),
    timeout_ms: timeout,
  }),
]);
const gatewaySchema = anyGateway.superRefine((gateway, { addIssue }) => {
  const { sender, senders } = { sender: undefined, ...gateway };
  const wrong = (message: string) => addIssue({ code: "custom", path: ["senders"], message });
  if (sender !== undefined && senders !== undefined) wrong("there is sender, too: say the one or the other");
  if (gateway.kind === "twilio" && sender === undefined && senders === undefined)
    wrong("Twilio needs sender, or senders");
});
export type GatewaySettings = z.output<typeof gatewaySchema>;

/** The senders of a gateway. The first is the default. */
export const sendersOf = (gateway: GatewaySettings): readonly string[] =>
  gateway.senders ?? (gateway.kind !== "sandbox" && gateway.sender !== undefined ? [gateway.sender] : []);

/** Is it Twilio itself, not another service with Twilio's wire format? */
export const isTwiliosOwn = (gateway: GatewaySettings): boolean =>
  gateway.kind === "twilio" && /(^|\.)twilio\.com\.?$/.test(new URL(gateway.url).hostname);

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "a name has small letters, digits, _ and -");
const fileSchema = z
  .record(name, gatewaySchema)
  .refine((gateways) => "default" in gateways, "there is no gateway named default");

type SecretField = "token" | "receipts_secret";

/**
 * Finds the environment variables that a file uses only for one kind of secret of its http
 * gateways.
 */
export function secretNames(file: string | undefined): Record<SecretField, string[]> {
  const uses = new Map<string, Set<string>>();
  if (file !== undefined) {
    JSON.parse(readFileSync(file, "utf8"), (key, value: unknown) => {
      if (typeof value === "string" && value.startsWith("$"))
        uses.set(value.slice(1), (uses.get(value.slice(1)) ?? new Set()).add(key));
    });
  }
  const only = (field: SecretField) =>
    [...uses].filter(([, keys]) => keys.size === 1 && keys.has(field)).map(([name]) => name);
  return { token: only("token"), receipts_secret: only("receipts_secret") };
}

/**
 * Reads the gateways of a file, by the names that operators use. A string that begins with `$`
 * names an environment variable.
 * @throws Error that says in a sentence what is wrong with each field
 */
export function readGateways(
  text: string,
  environment: Record<string, string | undefined>,
): Map<string, GatewaySettings> {
  let json: unknown;
  try {
    json = JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== "string" || !value.startsWith("$")) return value;
      const found = environment[value.slice(1)];
      if (found === undefined)
        throw new Error(`it names the environment variable ${value.slice(1)}, which is not set`);
      return found;
    });
  } catch (error) {
    throw new Error(`GATEWAYS_FILE is wrong: ${(error as Error).message}`);
  }
  const read = fileSchema.safeParse(json);
  if (read.success) return new Map(Object.entries(read.data));
  throw new Error(
    read.error.issues
      .map(({ path, message }) => `GATEWAYS_FILE is wrong at ${path.join(".") || "its top"}: ${message}`)
      .join("\n"),
  );
}
