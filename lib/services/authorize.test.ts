import { readdirSync, readFileSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import { operations } from "@/lib/contract/operations/all";
import { type Operation, pathParameters } from "@/lib/contract/operations/operation";
import { ForbiddenError, UnauthenticatedError } from "@/lib/domain/errors";
import { noRights, type Right, rights } from "@/lib/domain/rights";
import { requireRight } from "./authorize";
import { type Actor, anonymousActor, type Context, systemActor } from "./context";

/**
 * What anybody may call, and why. Everything else that a route or a page imports must ask for a
 * right before it touches a row.
 */
const open: Record<string, string> = {
  getStatus: "the status page is public",
  isReady: "a probe has no credentials",
  takeReceipts: "a gateway signs its receipts instead",
  takeInbound: "a gateway signs its replies instead",
  recordTwilioMessage: "a gateway signs its replies instead",
  recordTwilioReport: "a gateway signs its receipts instead",
  identify: "says who calls",
  openSessions: "opens the sign-in",
  signIn: "the password is the credential",
  signOut: "whoever has a session may end it",
  cameFrom: "makes the context",
  acceptInvitation: "its link is the credential",
  readInvitation: "its link is the credential",
  systemActor: "is no service",
  openContext: "makes the context",
  createRequestLimit: "counts who calls",
  openSendingContext: "makes the context",
  openPost: "makes what transmits webhooks",
};

/** Every value that app/ imports from services: its name by its module. */
const IMPORT = /^import \{([^}]*)\} from "@\/lib\/services\/([\w/-]+)";/gm;
const appRoot = new URL("../../app/", import.meta.url);
const appSources = readdirSync(appRoot, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readFileSync(new URL(path, appRoot), "utf8"));

function verbs(): [module: string, name: string][] {
  const found = new Map<string, [string, string]>();
  for (const source of appSources) {
    for (const [, names, module] of source.matchAll(IMPORT))
      for (const name of names!.split(",").map((each) => each.trim()))
        if (name !== "" && !name.startsWith("type ")) found.set(`${module} ${name}`, [module!, name]);
  }
  return [...found.values()];
}

/** A database that no service may reach. */
const untouchable = new Proxy({} as Context["db"], {
  get(_, property) {
    throw new Error(`the database was touched (${String(property)}) before a right was asked for`);
  },
});
const contextOf = (actor: Actor): Context => ({
  db: untouchable,
  now: () => new Date(),
  actor,
  announce: async () => {},
});
const rightless: Actor = {
  kind: "user",
  name: "nobody@example.com",
  id: "1",
  rights: noRights,
  dailyRecipientsMax: null,
};

const closed = verbs().filter(([, name]) => !Object.hasOwn(open, name));

test("the walk finds the services that routes and pages call", () => {
  // Any other form of an import of a service would be passed over.
  const named = appSources.flatMap((source) => source.match(/["']@\/lib\/services\/.*/g) ?? []);
  const types = appSources.flatMap((source) => source.match(/^import type .*@\/lib\/services\/.*/gm) ?? []);
  expect(named.length - types.length).toBe(appSources.flatMap((source) => source.match(IMPORT) ?? []).length);
  expect(closed.length).toBeGreaterThan(60);
  expect(closed.map(([, name]) => name)).toContain("createDispatch");
});

test.each(closed)("%s: %s refuses whoever has no right, before it touches a row", async (module, name) => {
  const verb = (await import(new URL(`${module}.ts`, import.meta.url).href))[name] as (
    ctx: Context,
    ...rest: unknown[]
  ) => unknown;
  const call = async (actor: Actor) => await verb(contextOf(actor), {}, {}, {}, {});
  await expect(call(anonymousActor(false))).rejects.toBeInstanceOf(UnauthenticatedError);
  await expect(call(rightless)).rejects.toBeInstanceOf(ForbiddenError);
});

test("what Carillon does by itself, and anybody where there is no sign-in, may do everything", () => {
  for (const right of rights)
    for (const actor of [systemActor(), anonymousActor(true)])
      expect(() => requireRight(contextOf(actor), right)).not.toThrow();
});

/** Rights that note what they are asked for. */
class NotedRights extends Set<Right> {
  readonly asked: Right[] = [];
  override has(right: Right): boolean {
    this.asked.push(right);
    return super.has(right);
  }
}

vi.stubEnv("DATABASE_URL", "postgres://nobody@localhost/nowhere");
vi.stubEnv("AUTH", "required");
vi.stubEnv("AUTH_SECRET", "a secret of more than 32 characters");
afterAll(() => void vi.unstubAllEnvs());

/** Whoever calls a route next is this actor. */
function callAs(actor: Actor): void {
  Object.assign(globalThis, {
    carillonContext: contextOf(actor),
    carillonRequestLimit: async () => null,
    carillonSessions: { userOf: async () => null },
  });
}

/**
 * Calls a route as the web server does, as somebody with these rights and on a database that nobody
 * may reach.
 */
async function callRoute(
  { method, path, query, body }: Operation,
  has: Iterable<Right>,
): Promise<{ status: number; asked: Right[] }> {
  const noted = new NotedRights(has);
  const actor: Actor = { ...rightless, rights: noted };
  callAs(actor);
  const folder = path.replaceAll(/\{(\w+)\}/g, "[$1]").replace(/^\/|\/$/g, "");
  const route = await import(new URL(`../../app/${folder}/route.ts`, import.meta.url).href);
  const params = Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [
      name!,
      encodeURIComponent(pathParameters[name!]!.example),
    ]),
  );
  const search = query && "phone" in query.shape ? "?phone=%2B79161234567" : "";
  const response: Response = await route[method.toUpperCase()](
    new Request(`http://localhost:3000${path}${search}`, {
      method: method.toUpperCase(),
      headers: {
        host: "localhost:3000",
        "content-type": body && "file" in body ? body.file : "application/json",
      },
      ...(body && { body: "file" in body ? "phone\n" : JSON.stringify(body.example) }),
    }),
    { params: Promise.resolve(params) },
  );
  return { status: response.status, asked: noted.asked };
}

const guarded = operations.filter(({ isPublic }) => !isPublic);

test.each(guarded.map((operation) => [operation.id, operation] as const))(
  "%s asks for the right that the API's document names, and every other right together is not enough",
  async (_, operation) => {
    expect(operation.right).toBeDefined();
    const others = rights.filter((right) => right !== operation.right);
    const { status, asked } = await callRoute(operation, others);
    expect(asked).toEqual([operation.right]);
    // The contract has a dispatch refused with 401.
    expect(status).toBe(operation.id === "createDispatch" ? 401 : 403);
  },
);

test("figures for Prometheus need the right to them alone", async () => {
  const { GET } = await import("@/app/metrics/route");
  const noted = new NotedRights(rights.filter((right) => right !== "metrics"));
  callAs({ ...rightless, rights: noted });
  const response = await GET(new Request("http://localhost:3000/metrics"), { params: Promise.resolve({}) });
  expect([response.status, noted.asked]).toEqual([403, ["metrics"]]);
});

test("every file of recipients is an export, and so is nothing else but all data of one", () => {
  const files = operations.filter(({ answers }) =>
    Object.values(answers).some(({ file }) => file === "text/csv"),
  );
  expect(files.map(({ id }) => id).sort()).toEqual([
    "exportImportErrors",
    "exportKept",
    "exportMessages",
    "exportRecipients",
    "exportSuppressions",
  ]);
  const exports = guarded.filter(({ right }) => right === "audience:export");
  expect(exports.filter(({ id }) => id !== "getRecipientData")).toEqual(files);
});
