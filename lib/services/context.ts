import type { Db } from "@/db/client";
import type { PhoneCountry } from "@/lib/domain/audience/phone-reader";
import { allRights, noRights, type Right } from "@/lib/domain/rights";
import type { Announcement } from "./events";

/** Who acts. `anonymous`: the caller is unknown; `system`: Carillon itself. */
export interface Actor {
  kind: "anonymous" | "user" | "key" | "system";
  /**
   * Its name in the audit log and on pages: an e-mail address, `key <name>`, `anonymous`, `system`.
   */
  name: string;
  /** Of a user or a key. */
  id?: string;
  /** The session by which a user came in. */
  session?: string;
  rights: ReadonlySet<Right>;
  /** How many recipients its new dispatches may reach in one day; null: any number. */
  dailyRecipientsMax: number | null;
  /** By which request; absent for what Carillon does by itself. */
  origin?: Origin;
}

/**
 * A request's address and id. They lead from an entry of the audit log to the logs of a proxy
 * before Carillon.
 */
export interface Origin {
  address: string;
  requestId: string;
}

/** Without sign-in every caller may do everything; with it, an anonymous caller may do nothing. */
export function anonymousActor(hasAllRights: boolean, dailyRecipientsMax: number | null = null): Actor {
  return {
    kind: "anonymous",
    name: "anonymous",
    rights: hasAllRights ? allRights : noRights,
    dailyRecipientsMax,
  };
}

/** The worker, the sweep and the scripts. */
export function systemActor(name = "system"): Actor {
  return { kind: "system", name, rights: allRights, dailyRecipientsMax: null };
}

/** The same context for one request. */
export const cameFrom = (ctx: Context, origin: Origin): Context => ({
  ...ctx,
  actor: { ...ctx.actor, origin },
});

/** One gateway as users know it. `senders`: whom its messages may be from, the default first. */
export interface GatewayChoice {
  name: string;
  kind: "sandbox" | "http" | "twilio";
  senders: readonly string[];
}

/** Those that the settings name. `of`: the one that an operator means by a name. */
export interface Gateways {
  all: readonly GatewayChoice[];
  of(name: string): GatewayChoice | undefined;
}

/** Identifies an actor: two actors may share a name. */
export const actorKey = ({ kind, name, id }: Actor): string => (id === undefined ? name : `${kind}:${id}`);

/**
 * What every service gets. `now` is a wall clock for what people see; the database's clock decides
 * whether something may be sent.
 */
export interface Context {
  db: Db;
  now: () => Date;
  actor: Actor;
  /** Whose numbers are written without a country code; absent: Russia's. */
  country?: PhoneCountry;
  /** What operators' prices are in (ISO 4217); absent: there are no prices. */
  currency?: string;
  /** Absent where nobody chooses a sender. */
  gateways?: Gateways;
  /** Tells the engine; never throws, may take up to a few seconds. */
  announce: (events: Announcement[]) => Promise<void>;
}
