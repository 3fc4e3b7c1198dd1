import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ForbiddenError, UnauthenticatedError } from "@/lib/domain/errors";
import { noRights, rights } from "@/lib/domain/rights";
import { requireRight } from "./authorize";
import { type Actor, anonymousActor, type Context, systemActor } from "./context";

/** What anybody may call, and why. Everything else that a route or a page imports must ask for a right before it touches a row. */
const open: Record<string, string> = {
  getStatus: "the status page is public",
  isReady: "a probe has no credentials",
  takeReceipts: "a gateway signs its receipts instead",
  recordTwilioReport: "a gateway signs its receipts instead",
  identify: "says who calls",
  openSessions: "opens the sign-in",
  acceptInvitation: "its link is the credential",
  readInvitation: "its link is the credential",
  systemActor: "is no service",
  openContext: "makes the context",
  createRequestLimit: "counts who calls",
  openSendingContext: "makes the context",
  openPost: "makes what transmits webhooks",
};

/** Every value that app/ imports from services: its name by its module. */
function verbs(): [module: string, name: string][] {
  const root = new URL("../../app/", import.meta.url);
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /\.tsx?$/.test(path));
  const found = new Map<string, [string, string]>();
  for (const path of sources) {
    const source = readFileSync(new URL(path, root), "utf8");
    for (const [, names, module] of source.matchAll(/^import \{([^}]*)\} from "@\/lib\/services\/([\w-]+)";/gm))
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
const contextOf = (actor: Actor): Context => ({ db: untouchable, now: () => new Date(), actor, announce: async () => {} });
const rightless: Actor = { kind: "user", name: "nobody@example.com", id: "1", rights: noRights, dailyRecipientsMax: null };

const closed = verbs().filter(([, name]) => !Object.hasOwn(open, name));

test("the walk finds the services that routes and pages call", () => {
  expect(closed.length).toBeGreaterThan(30);
  expect(closed).toContainEqual(["create-dispatch", "createDispatch"]);
});

test.each(closed)("%s: %s refuses whoever has no right, before it touches a row", async (module, name) => {
  const verb = (await import(new URL(`${module}.ts`, import.meta.url).href))[name] as (ctx: Context, ...rest: unknown[]) => unknown;
  const call = async (actor: Actor) => await verb(contextOf(actor), {}, {}, {}, {});
  await expect(call(anonymousActor(false))).rejects.toBeInstanceOf(UnauthenticatedError);
  await expect(call(rightless)).rejects.toBeInstanceOf(ForbiddenError);
});

test("what the house does by itself, and anybody where there is no sign-in, may do everything", () => {
  for (const right of rights)
    for (const actor of [systemActor(), anonymousActor(true)]) expect(() => requireRight(contextOf(actor), right)).not.toThrow();
});
