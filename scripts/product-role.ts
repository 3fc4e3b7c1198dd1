import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";

/** The role that web process and worker have in the embedded database. */
const ROLE = "carillon_product";
/** Schemas of the embedded engine, which makes and changes them itself. */
const ENGINES = ["engine", "graphile_worker"];

/**
 * Opens the embedded database, as it was migrated, to the product: to a role that reads and writes
 * rows and owns nothing but the engine's schemas. It runs no program on the machine, reads no file,
 * switches no trigger off and only adds to the audit log. Called at each start: what a migration
 * made is opened too, and a folder of a version that had one role for everything is moved over.
 * @param server its address as its own role, which migrates, and the folder where the product's
 * password is kept
 * @returns the address as the product's role
 */
export async function openToProduct({
  url: ownerUrl,
  directory,
}: {
  url: string;
  directory: string;
}): Promise<string> {
  const passwordFile = join(directory, "product-password");
  if (!existsSync(passwordFile))
    await writeFile(passwordFile, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  const password = (await readFile(passwordFile, "utf8")).trim();
  const url = new URL(ownerUrl);
  const [owner, database] = [url.username, url.pathname.slice(1)];
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.begin(async (tx) => {
      const [there] = await tx`select from pg_roles where rolname = ${ROLE}`;
      if (!there) await tx.unsafe(`create role ${ROLE} login`);
      await tx.unsafe(`
        alter role ${ROLE} nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '${password}';
        -- The product may make schemas (the engine's). What it puts there must never stand for a
        -- table of the owner's.
        alter role ${owner} in database ${database} set search_path = public;
        revoke all on database ${database} from public;
        grant connect, create, temporary on database ${database} to ${ROLE};
        revoke create on schema public from public;
        grant usage on schema public, drizzle to ${ROLE};
        grant select on all tables in schema drizzle to ${ROLE};
        grant select, insert, update, delete on all tables in schema public to ${ROLE};
        revoke update, delete on audit_log from ${ROLE};
        -- What it needs of it, functions do.
        revoke all on erasure_keys from ${ROLE};
        grant usage, select on all sequences in schema public to ${ROLE}`);
      await handOver(tx, owner);
    });
  } finally {
    await sql.end();
  }
  url.username = ROLE;
  url.password = password;
  return url.href;
}

/**
 * Gives the product what the engine made as the owner, before there were two roles. Sequences of
 * columns go with their tables.
 */
async function handOver(tx: postgres.TransactionSql, owner: string): Promise<void> {
  const statements = await tx<{ statement: string }[]>`
    with schemas as (select n.oid from pg_namespace n where n.nspname = any(${ENGINES}))
    select format('alter schema %s owner to ', oid::regnamespace) as statement
    from pg_namespace where oid in (select oid from schemas) and nspowner = ${owner}::regrole
    union all
    select format('alter %s %s owner to ', case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, c.oid::regclass)
    from pg_class c where relnamespace in (select oid from schemas) and relowner = ${owner}::regrole and relkind in ('r', 'p', 'v', 'S')
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
    union all
    select format('alter routine %s owner to ', p.oid::regprocedure)
    from pg_proc p where pronamespace in (select oid from schemas) and proowner = ${owner}::regrole
    union all
    select format('alter type %s owner to ', t.oid::regtype)
    from pg_type t left join pg_class c on c.oid = t.typrelid
    where typnamespace in (select oid from schemas) and typowner = ${owner}::regrole and (typtype in ('d', 'e', 'r') or c.relkind = 'c')`;
  for (const { statement } of statements) await tx.unsafe(`${statement}${ROLE}`);
}
