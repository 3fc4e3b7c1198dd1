import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { openDb } from "@/db/client";
import { publicUrl, readSettings } from "@/lib/env";
import { inviteByEmail, inviteFirstAdministrator } from "@/lib/services/access/create-invitation";
import { type Context, systemActor } from "@/lib/services/context";
import { startPostgres } from "./postgres";
import { openToProduct } from "./product-role";

/**
 * `npx tsx scripts/sign-in-link.ts [e-mail]`, or `carillon sign-in-link [e-mail]` in a container: a
 * one-time link to a new password, for a user who lost it when nobody else can let them in; without
 * an address the first administrator's. Whoever has the machine has Carillon.
 */
async function main(email: string | undefined): Promise<void> {
  if (existsSync(".env")) process.loadEnvFile();
  const settings = readSettings(process.env);
  const embedded = settings.DATABASE_URL
    ? null
    : await startPostgres({ directory: join(resolve(settings.DATA_DIR), "postgres"), say: () => {} });
  try {
    const databaseUrl = settings.DATABASE_URL ?? (await openToProduct(embedded!));
    const path = email
      ? ((await withContext(databaseUrl, (ctx) => inviteByEmail(ctx, email)))?.path ?? null)
      : await linkForFirstAdministrator(databaseUrl);
    if (path === null)
      throw new Error(
        email ? `There is no user ${email}.` : "There is an administrator: say the e-mail address of a user.",
      );
    console.log(`${publicUrl(settings)}${path}`);
  } finally {
    // The database of a running Carillon goes on.
    if (embedded && !embedded.adopted) await embedded.stop();
  }
}

/**
 * The address, on this server, where the first administrator comes in; null when there is one
 * already.
 */
export async function linkForFirstAdministrator(databaseUrl: string): Promise<string | null> {
  return (await withContext(databaseUrl, inviteFirstAdministrator))?.path ?? null;
}

async function withContext<T>(databaseUrl: string, work: (ctx: Context) => Promise<T>): Promise<T> {
  const db = openDb(databaseUrl, { max: 1, name: "carillon sign-in link" });
  try {
    return await work({ db, now: () => new Date(), actor: systemActor(), announce: async () => {} });
  } finally {
    await db.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  await main(process.argv[2]).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
