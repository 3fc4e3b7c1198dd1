import { readFileSync } from "node:fs";
import { isSupportedCountry } from "libphonenumber-js/min";
import { z } from "zod";
import { hostOf, looksPublic } from "./gateways/public-address";
import { type GatewaySettings, isTwiliosOwn, readGateways, sendersOf } from "./gateways/settings";

const port = z.coerce.number().int().min(0).max(65_535);
const blankIsAbsent = (values: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

/** Every setting. docs/settings.md and .env.example list them for people. */
const schema = z.object({
  /** Where pages and the API answer. */
  PORT: port.default(3000),
  HOST: z.string().default("127.0.0.1"),
  /** A Postgres 15 or newer; without it an embedded one runs in DATA_DIR. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /**
   * The same database as a role that may change tables; without it that of DATABASE_URL. No process
   * of the product has it.
   */
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** What must survive a restart, beside the database. */
  DATA_DIR: z.string().default(".data"),
  /** A real Inngest server; without it the embedded engine runs in the worker. */
  INNGEST_BASE_URL: z.url().optional(),
  INNGEST_DEV: z.string().optional(),
  INNGEST_EVENT_KEY: z.string().optional(),
  INNGEST_SIGNING_KEY: z.string().optional(),
  /** How the engine reaches the functions; without it where they listen. */
  INNGEST_SERVE_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  /** Set by the supervisor: the loopback port of the embedded engine. */
  EMBEDDED_ENGINE_PORT: port.optional(),
  /**
   * Where the functions listen; a real Inngest server on another machine must reach it. 0: any free
   * port.
   */
  WORKER_HOST: z.string().default("127.0.0.1"),
  WORKER_PORT: port.default(0),
  /** `on`: the web process has the functions too, at /api/inngest, where there can be no worker. */
  WEB_FUNCTIONS: z.enum(["on", "off"]).default("off"),
  SMS_GATEWAY: z.enum(["sandbox", "http"]).default("sandbox"),
  SMS_GATEWAY_URL: z.url({ protocol: /^https?$/ }).optional(),
  SMS_GATEWAY_TOKEN: z.string().optional(),
  SMS_GATEWAY_CONNECTIONS: z.coerce.number().int().min(1).max(10_000).default(256),
  /**
   * Whom dispatches may be from, with commas between; the first for those that do not say. Without
   * it the gateway decides.
   */
  SMS_GATEWAY_SENDERS: z.string().default(""),
  /** At most 60 s: a chunk's lease outlives its last call (`CALL_MS_MAX`). */
  SMS_GATEWAY_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(30_000),
  /** `on`: the gateway sends a repeated id once, so what is unknown may be sent again. */
  SMS_GATEWAY_IDEMPOTENT: z.enum(["on", "off"]).default("off"),
  /** Receipts must be signed with it (HMAC-SHA256 of the body). */
  SMS_GATEWAY_RECEIPTS_SECRET: z.string().min(16, "at least 16 characters").optional(),
  /**
   * A JSON file that names several gateways (docs/operations.md); it takes the place of the
   * settings SMS_GATEWAY*.
   */
  GATEWAYS_FILE: z.string().optional(),
  /** `stopped`: start with the emergency stop on, after restoring a backup, say. */
  SENDING: z.enum(["on", "stopped"]).default("on"),
  /**
   * `open`: no sign-in, and only this machine may call. `open-anywhere`: no sign-in, and whoever
   * reaches it may do everything. `required`: people sign in, programs have keys.
   */
  AUTH: z.enum(["open", "open-anywhere", "required"]).default("open"),
  /**
   * Signs the cookies of sessions. `npm start` makes one and keeps it in DATA_DIR; several web
   * processes need the same.
   */
  AUTH_SECRET: z.string().min(32, "at least 32 characters").optional(),
  /** A session that its user has not used for so long is over. */
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(5).max(20_160).default(480),
  /**
   * Where browsers reach Carillon, such as https://carillon.example.com: cookies are Secure when it
   * is https.
   */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /**
   * Further names and addresses, with commas between, that requests may be sent to: those that a
   * scraper uses, say.
   */
  ALLOWED_HOSTS: z.string().default(""),
  /**
   * `on`: people may sign in although passwords and cookies cross a network as anybody can read
   * them.
   */
  ALLOW_HTTP: z.enum(["on", "off"]).default("off"),
  /** `on`: a proxy is in front, and the last address in its X-Forwarded-For is the caller's. */
  TRUST_PROXY: z.enum(["on", "off"]).default("off"),
  /**
   * How many recipients the new dispatches of one user or key may reach in a day (UTC); a key may
   * have its own ceiling.
   */
  DAILY_RECIPIENTS_MAX: z.coerce.number().int().min(0).optional(),
  /** How many requests an API key may make in a minute. */
  API_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  /** ISO 3166-1: whose national numbers people write without a country code. */
  DEFAULT_COUNTRY: z
    .string()
    .refine(isSupportedCountry, {
      error: ({ input }) =>
        `${input} is no country's code in ISO 3166-1. Set its two capital letters, such as RU, KZ or GB (for the United Kingdom)`,
    })
    .default("RU"),
  /** ISO 4217: what operators' prices are in. Without it there are none, and costs are segments. */
  CURRENCY: z
    .string()
    .refine(
      (code) => Intl.supportedValuesOf("currency").includes(code),
      "no currency of ISO 4217, such as RUB",
    )
    .optional(),
  /**
   * How many days after its end a dispatch keeps its single messages; without it for ever. Its
   * counters stay in any case.
   */
  RETENTION_DAYS: z.coerce.number().int().min(2).max(36_500).optional(),
  /**
   * `on`: webhooks may go to http and to addresses that are not public: those of one's own network.
   */
  WEBHOOK_PRIVATE: z.enum(["on", "off"]).default("off"),
  /**
   * `allow`: workers send although the database was migrated by a newer version: to go back to the
   * version before.
   */
  NEWER_SCHEMA: z.enum(["refuse", "allow"]).default("refuse"),
  /** 20,000 people in an empty database. */
  DEMO_DATA: z.enum(["on", "off"]).default("on"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** Every setting's name, with its default where it has one. */
export const settingDefaults: ReadonlyMap<string, string | number | undefined> = new Map(
  Object.keys(schema.shape).map((name) => [name, schema.parse({})[name as keyof typeof schema.shape]]),
);

/** The settings, and the gateways they name: by the names that operators use. */
export type Settings = z.infer<typeof schema> & { gateways: ReadonlyMap<string, GatewaySettings> };
export type Env = Settings & { DATABASE_URL: string };

/** Reads the settings. Throws an error that names each wrong one in a sentence. */
export function readSettings(values: Record<string, string | undefined>): Settings {
  const read = schema.safeParse(blankIsAbsent(values));
  if (!read.success) {
    throw new Error(
      read.error.issues
        .map((issue) => `The setting ${issue.path.join(".")} is wrong: ${issue.message}`)
        .join("\n"),
    );
  }
  if (read.data.AUTH === "open" && !isLoopback(read.data.HOST)) {
    throw new Error(
      `HOST=${read.data.HOST} lets others reach Carillon, and there is no sign-in. Say AUTH=required, or put a proxy with sign-in before it and say AUTH=open-anywhere.`,
    );
  }
  if (read.data.AUTH === "required" && read.data.ALLOW_HTTP === "off" && isReachedByHttp(read.data)) {
    throw new Error(
      `${read.data.PUBLIC_URL ? `PUBLIC_URL=${read.data.PUBLIC_URL}` : `HOST=${read.data.HOST}`} lets others reach Carillon without https, so that anybody on the way can read passwords. Put a proxy with TLS before it and say PUBLIC_URL=https://…, or say ALLOW_HTTP=on.`,
    );
  }
  if (!read.data.GATEWAYS_FILE && read.data.SMS_GATEWAY === "http" && !read.data.SMS_GATEWAY_URL)
    throw new Error("SMS_GATEWAY=http needs SMS_GATEWAY_URL.");
  const gateways = read.data.GATEWAYS_FILE
    ? readGateways(readFile(read.data.GATEWAYS_FILE), values)
    : new Map([["default", oneGateway(read.data)]]);
  if (read.data.AUTH !== "open") {
    for (const [name, gateway] of gateways) {
      if (gateway.kind !== "http" || gateway.receipts_secret) continue;
      const what = read.data.GATEWAYS_FILE
        ? `receipts_secret of the gateway ${name}`
        : "SMS_GATEWAY_RECEIPTS_SECRET";
      throw new Error(`AUTH=${read.data.AUTH} needs ${what}: anybody could report deliveries.`);
    }
  }
  const settings = { ...read.data, gateways };
  for (const [name, gateway] of gateways) {
    if (!isTwiliosOwn(gateway) || looksPublic(publicUrl(settings))) continue;
    throw new Error(
      `The gateway ${name} is Twilio's own, which posts delivery reports to PUBLIC_URL and refuses every message while it cannot (error 21609): ${publicUrl(settings)} is not on the public Internet. Set PUBLIC_URL to an address that Twilio can reach.`,
    );
  }
  return settings;
}

function oneGateway(settings: z.infer<typeof schema>): GatewaySettings {
  const names = settings.SMS_GATEWAY_SENDERS.split(",").map((name) => name.trim());
  const senders = [...new Set(names)].filter((name) => name !== "");
  const from = senders.length > 0 ? { senders } : {};
  if (settings.SMS_GATEWAY === "sandbox") return { kind: "sandbox", ...from };
  return {
    kind: "http",
    ...from,
    url: settings.SMS_GATEWAY_URL!,
    token: settings.SMS_GATEWAY_TOKEN,
    connections: settings.SMS_GATEWAY_CONNECTIONS,
    timeout_ms: settings.SMS_GATEWAY_TIMEOUT_MS,
    idempotent: settings.SMS_GATEWAY_IDEMPOTENT === "on",
    receipts_secret: settings.SMS_GATEWAY_RECEIPTS_SECRET,
  };
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`GATEWAYS_FILE cannot be read: ${(error as Error).message}`);
  }
}

/** Where browsers reach Carillon, without a slash at the end. */
export function publicUrl({ PUBLIC_URL, HOST, PORT }: Settings): string {
  return PUBLIC_URL ? PUBLIC_URL.replace(/\/+$/, "") : originOf(HOST, PORT);
}

/** Where this machine reaches what listens on a host and a port. */
export function originOf(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** What Carillon is called in a network: names and addresses, without ports. */
export function ownNames({
  PUBLIC_URL,
  INNGEST_SERVE_ORIGIN,
  HOST,
  WORKER_HOST,
  ALLOWED_HOSTS,
}: Settings): string[] {
  const inUrls = [PUBLIC_URL, INNGEST_SERVE_ORIGIN].flatMap((url) => (url ? [new URL(url).hostname] : []));
  const allowed = ALLOWED_HOSTS.split(",").map((name) => name.trim());
  return [...inUrls, HOST, WORKER_HOST, ...allowed].filter((name) => name !== "");
}

/**
 * What operators may call their gateway; null: anything, without a file there is one, whatever it
 * is called.
 */
export const gatewayNames = ({ GATEWAYS_FILE, gateways }: Settings): ReadonlySet<string> | null =>
  GATEWAYS_FILE ? new Set(gateways.keys()) : null;

/** The gateways with their senders. Without a file there is one, whatever an operator calls it. */
export function gatewayChoices({ GATEWAYS_FILE, gateways }: Settings) {
  const all = [...gateways].map(([name, gateway]) => ({
    name,
    kind: gateway.kind,
    senders: sendersOf(gateway),
  }));
  const of = (name: string) => all.find((gateway) => gateway.name === (GATEWAYS_FILE ? name : "default"));
  return { all, of };
}

/**
 * Under which name a gateway was given the messages that it may report on; null: all are its own,
 * without a file there is one.
 */
export const reporterName = ({ GATEWAYS_FILE }: Settings, gateway: string): string | null =>
  GATEWAYS_FILE ? gateway : null;

/**
 * What a gateway is called where it needs a name of its own: without a file there is one, called
 * what it is.
 */
export const ownGatewayName = ({ GATEWAYS_FILE, SMS_GATEWAY }: Settings, gateway: string): string =>
  GATEWAYS_FILE ? gateway : SMS_GATEWAY;

/** Of the first gateway that only pretends. */
export const sandboxName = (settings: Settings): string =>
  ownGatewayName(
    settings,
    [...settings.gateways].find(([, { kind }]) => kind === "sandbox")?.[0] ?? "default",
  );

/** Is there a gateway that only pretends, with a phone on the screen? */
export const hasSandbox = ({ gateways }: Settings): boolean =>
  [...gateways.values()].some(({ kind }) => kind === "sandbox");

/** Where a gateway's delivery reports come to. */
export const receiptsUrl = (settings: Settings, gateway: string): string =>
  `${publicUrl(settings)}/api/v1/receipts/${gateway}/`;

/** Where what people answer comes to. */
export const inboundUrl = (settings: Settings, gateway: string): string =>
  `${publicUrl(settings)}/api/v1/inbound/${gateway}/`;

const isLoopback = (host: string) =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

/** From elsewhere, and without TLS before it. */
function isReachedByHttp({ PUBLIC_URL, HOST }: Pick<Settings, "PUBLIC_URL" | "HOST">): boolean {
  const url = PUBLIC_URL === undefined ? undefined : new URL(PUBLIC_URL);
  if (url?.protocol === "https:") return false;
  return !isLoopback(HOST) || (url !== undefined && !isLoopback(hostOf(url)));
}

let cached: Env | undefined;

/**
 * The settings of a process that has a database. Read at the first call, not at import: a build has
 * none.
 */
export function env(): Env {
  if (!cached) {
    const settings = readSettings(process.env);
    if (!settings.DATABASE_URL)
      throw new Error(
        "DATABASE_URL is not set: start with `npm start`, which brings a database, or name one.",
      );
    cached = { ...settings, DATABASE_URL: settings.DATABASE_URL };
  }
  return cached;
}
