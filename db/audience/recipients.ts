import type { PendingQuery, Row } from "postgres";
import type { Sql, Tx } from "@/db/client";
import {
  likePart,
  SEARCH_STEP,
  type SearchBounds,
  type Searched,
  searchFrom,
  searchStretches,
} from "@/db/stretches";
import type { OperatorSource } from "@/lib/domain/audience/number-plan";
import { LAST_DIGITS } from "@/lib/domain/audience/phone";

/** A recipient as services see it: operator by code, tags by name. */
export interface RecipientRow {
  no: number;
  phone: string;
  operator: string;
  tags: string[];
  timezone: string | null;
  attributes: Record<string, string>;
  optedOutAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface RecipientFilter {
  operatorNo: number | null;
  tagNo: number | null;
  /** The beginning of the phone, E.164 with its "+". */
  phonePrefix: string | null;
  /** Or its end, at least {@link LAST_DIGITS} digits. Null: asked for by its beginning alone. */
  phoneEnd: string | null;
  /** Or its digits anywhere. */
  phonePart: string | null;
  /** Or a part of what one of the attributes says. Null: nothing is looked for. */
  attributePart: string | null;
}

type Raw = Omit<RecipientRow, "no" | "optedOutAt" | "createdAt" | "updatedAt"> & {
  no: string;
  optedOutAt: string | null;
  createdAt: string;
  updatedAt: string;
};

const columns = (sql: Sql | Tx) => sql`
  r.no, r.phone, o.code as operator, r.timezone, r.attributes,
  array(select t.name from recipient_tags rt join tags t on t.no = rt.tag_no where rt.recipient_no = r.no
    order by t.name) as tags,
  r.opted_out_at as "optedOutAt", r.created_at as "createdAt", r.updated_at as "updatedAt"`;

const fromRaw = (raw: Raw): RecipientRow => ({
  ...raw,
  no: Number(raw.no),
  optedOutAt: raw.optedOutAt === null ? null : new Date(raw.optedOutAt),
  createdAt: new Date(raw.createdAt),
  updatedAt: new Date(raw.updatedAt),
});

const matches = (sql: Sql | Tx, filter: RecipientFilter) => sql`
  r.deleted_at is null
  ${filter.operatorNo === null ? sql`` : sql`and r.operator_no = ${filter.operatorNo}`}
  ${
    filter.tagNo === null
      ? sql``
      : sql`and exists (
          select from recipient_tags f where f.tag_no = ${filter.tagNo} and f.recipient_no = r.no
        )`
  }
  ${hasPhone(sql, filter)}`;

function hasPhone(sql: Sql | Tx, { phonePrefix, phoneEnd, phonePart, attributePart }: RecipientFilter) {
  const ways = [
    phonePrefix === null ? null : begins(sql, phonePrefix),
    phoneEnd === null ? null : ends(sql, phoneEnd),
    phonePart === null ? null : sql`r.phone like ${likePart(phonePart)}`,
    attributePart === null
      ? null
      : sql`exists (
          select from jsonb_each_text(r.attributes) a where a.value ilike ${likePart(attributePart)})`,
  ].filter((way) => way !== null);
  return ways.length === 0 ? sql`` : sql`and (${ways.reduce((all, way) => sql`${all} or ${way}`)})`;
}

/** A range rather than LIKE: it uses the unique index whatever the database's collation. */
const begins = (sql: Sql | Tx, prefix: string) =>
  sql`r.phone between ${prefix} and ${prefix.padEnd(16, "9")}`;

/** The last digits as their index has them, and those before them. */
const ends = (sql: Sql | Tx, end: string) => sql`
  (right(r.phone, 4) = ${end.slice(-LAST_DIGITS)} and right(r.phone, ${end.length}::int) = ${end})`;

/** A page of a beginning that many have is found among so many of the newest. */
const NEWEST = 20_000;
/** A recipient, and their place in a list: it falls from row to row. */
export type ListedRecipient = RecipientRow & { place: number };

const nothing = { phonePrefix: null, phoneEnd: null, phonePart: null, attributePart: null };

/**
 * Newest first, those behind the place `at`. Where something is looked for, those whose phone ends
 * so come first: few do, and whoever looks for them would not find them among the others; then
 * those whose phone begins so. Indexes know these. Those who have it elsewhere, in the phone or in
 * an attribute, come last, and are searched a bounded time.
 */
export async function listRecipients(
  sql: Sql | Tx,
  filter: RecipientFilter,
  limit: number,
  at: number | null,
  bounds?: SearchBounds,
): Promise<Searched<ListedRecipient>> {
  const { phonePrefix, phoneEnd, attributePart } = filter;
  if (attributePart === null)
    return { rows: (await listBeginning(sql, filter, limit, at)).map(placed(0)), searchedTo: null };
  const rows: ListedRecipient[] = [];
  const [ending, beginning, other] = [2, 1, 0].map((search) => searchFrom(search, at));
  if (phoneEnd !== null && !ending!.isOver) {
    const found = await readRecipients(
      sql,
      // By a sum, which is not the order of the primary key: the planner cannot read along that,
      // past nearly all, and takes the index of last digits.
      sql`
        select no from recipients r where ${matches(sql, { ...filter, ...nothing, phoneEnd })}
          ${ending!.before === null ? sql`` : sql`and r.no < ${ending!.before}::bigint`}
        order by r.no + 0 desc limit ${limit}`,
    );
    rows.push(...found.map(placed(2)));
  }
  const butEnding = phoneEnd === null ? sql`` : sql`and not ${ends(sql, phoneEnd)}`;
  if (phonePrefix !== null && !beginning!.isOver && rows.length < limit) {
    const asked = { ...filter, ...nothing, phonePrefix };
    const found = await listBeginning(sql, asked, limit - rows.length, beginning!.before, butEnding);
    rows.push(...found.map(placed(1)));
  }
  if (rows.length === limit) return { rows, searchedTo: null };
  const butBeginning = phonePrefix === null ? sql`` : sql`and not ${begins(sql, phonePrefix)}`;
  const anywhere = sql`
    ${matches(sql, { ...filter, phonePrefix: null, phoneEnd: null })} ${butEnding} ${butBeginning}`;
  const { rows: others, searchedTo } = await searchStretches(
    other!.before ?? (await highestNo(sql)) + 1,
    limit - rows.length,
    (from, to, most) =>
      readRecipients(
        sql,
        sql`
          select no from recipients r where r.no >= ${to}::bigint and r.no < ${from}::bigint and ${anywhere}
          order by r.no desc limit ${most}`,
      ),
    bounds,
  );
  return { rows: [...rows, ...others.map(placed(0))], searchedTo };
}

async function highestNo(sql: Sql | Tx): Promise<number> {
  const [row] = await sql<{ no: number }[]>`select coalesce(max(no), 0)::float8 as no from recipients`;
  return row!.no;
}

const placed = (search: number) => (row: RecipientRow) => ({ ...row, place: search * SEARCH_STEP + row.no });

/**
 * A beginning of a phone that many have fills its page from the newest recipients. One that the
 * newest lack is asked of the index of phones, where the planner, who takes phones to be spread
 * evenly, would read all who are newer.
 */
async function listBeginning(
  sql: Sql | Tx,
  filter: RecipientFilter,
  limit: number,
  before: number | null,
  but = sql``,
): Promise<RecipientRow[]> {
  const older = before === null ? sql`` : sql`and r.no < ${before}::bigint`;
  const asked = sql`${matches(sql, filter)} ${older} ${but}`;
  const isByPhoneAlone = filter.phonePrefix !== null && filter.operatorNo === null && filter.tagNo === null;
  const newest = sql`and r.no >= coalesce(${before}::bigint, (select max(no) from recipients)) - ${NEWEST}`;
  const rows = await readRecipients(
    sql,
    sql`
      select no from recipients r where ${asked} ${isByPhoneAlone ? newest : sql``}
      order by r.no desc limit ${limit}`,
  );
  if (!isByPhoneAlone || rows.length === limit) return rows;
  // By a sum, as above.
  return readRecipients(
    sql,
    sql`select no from recipients r where ${asked} order by r.no + 0 desc limit ${limit}`,
  );
}

async function readRecipients(sql: Sql | Tx, nos: PendingQuery<Row[]>): Promise<RecipientRow[]> {
  const rows = await sql<Raw[]>`
    select ${columns(sql)}
    from (${nos}) found join recipients r using (no) join operators o on o.no = r.operator_no
    order by r.no desc`;
  return rows.map(fromRaw);
}

/** Oldest first, those after `after`: one page of an export. */
export async function pageRecipients(
  sql: Sql | Tx,
  filter: RecipientFilter,
  limit: number,
  after: number,
): Promise<RecipientRow[]> {
  const rows = await sql<Raw[]>`
    select ${columns(sql)} from (
      select * from recipients r where ${matches(sql, filter)} and r.no > ${after} order by r.no
      limit ${limit}
    ) r join operators o on o.no = r.operator_no
    order by r.no`;
  return rows.map(fromRaw);
}

/** The names of all attributes that matching recipients have, in order. */
export async function attributeNames(sql: Sql | Tx, filter: RecipientFilter): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select distinct name from recipients r, jsonb_object_keys(r.attributes) name where ${matches(sql, filter)}
    order by name`;
  return rows.map((row) => row.name);
}

/** One that is not deleted. */
export async function findRecipient(sql: Sql | Tx, phone: string): Promise<RecipientRow | undefined> {
  const [row] = await sql<Raw[]>`
    select ${columns(sql)} from recipients r join operators o on o.no = r.operator_no
    where r.phone = ${phone} and r.deleted_at is null`;
  return row && fromRaw(row);
}

export interface LockedRecipient {
  no: number;
  operatorNo: number;
  operatorSource: OperatorSource | null;
  deleted: boolean;
}

/** Locks the number's row, deleted or not. */
export async function lockRecipient(tx: Tx, phone: string): Promise<LockedRecipient | undefined> {
  const [row] = await tx<LockedRecipient[]>`
    select no::float8 as no, operator_no as "operatorNo", operator_source as "operatorSource",
      deleted_at is not null as deleted
    from recipients where phone = ${phone} for update`;
  return row;
}

export interface HeldRecipient {
  no: number;
  operatorNo: number;
  zone: string | null;
  attributes: Record<string, string>;
  isOptedOut: boolean;
}

/** Whom a test goes to, held against deletion until the transaction ends. */
export async function holdRecipient(tx: Tx, phone: string): Promise<HeldRecipient | undefined> {
  const [row] = await tx<HeldRecipient[]>`
    select no::float8 as no, operator_no as "operatorNo", timezone as zone, attributes,
      opted_out_at is not null as "isOptedOut"
    from recipients where phone = ${phone} and deleted_at is null for key share`;
  return row;
}

/**
 * Holds what recipients refer to against deletion until the transaction ends. It stands for foreign
 * keys, which ask for each row anew what is the same for thousands, and took half of an import's
 * time. Every transaction that writes references calls it. Deleting an operator or a tag locks its
 * row FOR UPDATE and looks for references; recipients are only deleted softly.
 * @returns false: something of it is gone
 */
export async function holdReferences(
  tx: Tx,
  operatorNos: Iterable<number>,
  tagNos: Iterable<number>,
): Promise<boolean> {
  const [operators, tags] = [[...new Set(operatorNos)], [...new Set(tagNos)]];
  const [row] = await tx<{ held: number }[]>`
    with o as materialized (select from operators where no = any(${operators}::int[]) for key share),

      t as materialized (select from tags where no = any(${tags}::int[]) for key share)
    select ((select count(*) from o) + (select count(*) from t))::int as held`;
  return row!.held === operators.length + tags.length;
}

export interface RecipientValues {
  phone: string;
  operatorNo: number;
  /** Null: as unknown as it was. */
  operatorSource: OperatorSource | null;
  timezone: string | null;
  attributes: Record<string, string>;
}

/**
 * Call it only for a number that {@link lockRecipient} did not find: an INSERT that meets a
 * conflict takes an identity with it.
 * @returns undefined when somebody else was faster
 */
export async function insertRecipient(tx: Tx, r: RecipientValues): Promise<number | undefined> {
  const [row] = await tx<{ no: string }[]>`
    insert into recipients (phone, operator_no, operator_source, timezone, attributes)
    values (${r.phone}, ${r.operatorNo}, ${r.operatorSource}, ${r.timezone},
      ${JSON.stringify(r.attributes)}::text::jsonb)
    on conflict (phone) do nothing returning no`;
  return row && Number(row.no);
}

/** Replaces a row's content and revives it when it was deleted. An opt-out stays. */
export async function updateRecipient(tx: Tx, no: number, r: RecipientValues): Promise<void> {
  await tx`
    update recipients set
      operator_changed_at = case when operator_no = ${r.operatorNo} then operator_changed_at
        else clock_now() end,
      operator_no = ${r.operatorNo}, operator_source = ${r.operatorSource}, timezone = ${r.timezone},
      attributes = ${JSON.stringify(r.attributes)}::text::jsonb,
      deleted_at = null, updated_at = clock_now()
    where no = ${no}`;
}

/** Makes the tags of a recipient exactly these. */
export async function setRecipientTags(tx: Tx, no: number, tagNos: number[]): Promise<void> {
  await tx`delete from recipient_tags where recipient_no = ${no} and tag_no <> all(${tagNos}::int[])`;
  await tx`
    insert into recipient_tags (tag_no, recipient_no) select t, ${no} from unnest(${tagNos}::int[]) t
    on conflict do nothing`;
}

/** Softly: the number, its identity and its opt-out survive. */
export async function deleteRecipient(tx: Tx, no: number): Promise<void> {
  await tx`delete from recipient_tags where recipient_no = ${no}`;
  await tx`
    update recipients set deleted_at = clock_now(), attributes = '{}', timezone = null,
      updated_at = clock_now() where no = ${no}`;
}
