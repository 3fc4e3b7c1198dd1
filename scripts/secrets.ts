import type { Settings } from "@/lib/env";
import { secretNames } from "@/lib/gateways/settings";

/** Stands where a secret is asked for by a process that has no use for it. */
const WITHHELD = "withheld from this process";

/**
 * The environment of one process: without the secrets that only others need. Whoever reads one
 * process's memory, or has it run code, does not have the keys of the other. A web process with the
 * functions needs them all.
 */
export function environmentFor<E extends Record<string, string | undefined>>(
  name: "worker" | "web",
  environment: E,
  { WEB_FUNCTIONS, GATEWAYS_FILE }: Settings,
): E {
  const { MIGRATION_DATABASE_URL: _, ...rest } = environment;
  if (name === "web" && WEB_FUNCTIONS === "on") return rest as E;
  const { token, receipts_secret } = secretNames(GATEWAYS_FILE);
  // What sends needs no sign-in and takes no receipts; what serves pages signs nothing of the
  // engine's and calls no gateway.
  const absent = name === "worker" ? ["AUTH_SECRET"] : ["INNGEST_SIGNING_KEY", "SMS_GATEWAY_TOKEN"];
  const withheld = name === "worker" ? ["SMS_GATEWAY_RECEIPTS_SECRET", ...receipts_secret] : token;
  const own: Record<string, string | undefined> = rest;
  for (const key of absent) delete own[key];
  for (const key of withheld) if (own[key]) own[key] = WITHHELD;
  return own as E;
}
