import postgres from "postgres";
import { v7 } from "uuid";

/** The id that the contract's example names, both as an operator and as a tag. */
const EXAMPLE_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const RECIPIENTS = 20_000;

/**
 * Rates in segments a second; `share` of 10 recipients. Prefixes are those of Russian mobile
 * numbers.
 */
const operators = [
  {
    id: EXAMPLE_ID,
    code: "mts",
    name: "МТС",
    rate: 300,
    prefixes: ["7910", "7915", "7916", "7917"],
    share: 4,
  },
  {
    id: v7(),
    code: "megafon",
    name: "МегаФон",
    rate: 225,
    prefixes: ["7920", "7921", "7925", "7926"],
    share: 3,
  },
  {
    id: v7(),
    code: "beeline",
    name: "Билайн",
    rate: 150,
    prefixes: ["7903", "7905", "7906", "7909"],
    share: 2,
  },
  { id: v7(), code: "t2", name: "Т2", rate: 75, prefixes: ["7900", "7904", "7952", "7977"], share: 1 },
];
const tags = ["Клиенты", "VIP", "Новости", "Акции", "Должники", "Сотрудники"].map((name, i) => ({
  id: i === 0 ? EXAMPLE_ID : v7(),
  name,
}));
const zones = [
  "Europe/Moscow",
  "Europe/Kaliningrad",
  "Europe/Samara",
  "Asia/Yekaterinburg",
  "Asia/Novosibirsk",
  "Asia/Vladivostok",
  null,
];
/** Not everybody says theirs. */
const names = ["Анна", "Борис", "Вера", "Григорий", "Дарья", null];

/**
 * Fills an empty database with people to try things on. Returns false when there is anything in it
 * already.
 */
export async function seedDemoData(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.begin(async (tx) => {
      await tx`lock table operators, tags, recipients in exclusive mode`;
      const [there] = await tx`select 1 from operators union all select 1 from recipients limit 1`;
      if (there) return false;
      for (const { share: _, ...operator } of operators)
        await tx`insert into operators ${tx({ ...operator })}`;
      await tx`insert into tags ${tx(tags)}`;
      const shares = operators.flatMap((operator, index) => Array<number>(operator.share).fill(index + 1));
      await tx`
        insert into recipients (phone, operator_no, operator_source, timezone, attributes)
        select '+' || o.prefixes[1 + i / 10 % 4] || lpad((i * 7919 % 10000000)::text, 7, '0'), o.no, 'number',
          (${zones}::text[])[1 + i % ${zones.length}], jsonb_strip_nulls(jsonb_build_object('client', i::text,
            'имя', (${names}::text[])[1 + i / 7 % ${names.length}]))
        from generate_series(1, ${RECIPIENTS}) i
        join operators o on o.code = (${shares.map((no) => operators[no - 1]!.code)}::text[])[1 + i % 10] order by i`;
      await tx`insert into attribute_names (name) values ('client'), ('имя') on conflict do nothing`;
      // Everybody is a client; of the other tags each takes every second, third, … person.
      await tx`insert into recipient_tags (tag_no, recipient_no) select t.no, r.no from recipients r join tags t on t.name = ${tags[0]!.name} or r.no % (t.no + 1) = 0`;
      await seedRanges(tx);
      return true;
    });
  } finally {
    await sql.end();
  }
}

/**
 * Numbers that nobody has: the code 935 is given to nobody. Regions and file say that they are
 * invented.
 */
const ranges = [
  { first: 79350000000, last: 79350000999, operator: 1, region: "Пример: Москва", timezone: "Europe/Moscow" },
  { first: 79350001000, last: 79350001999, operator: 2, region: "Пример: Омск", timezone: "Asia/Omsk" },
  {
    first: 79350002000,
    last: 79350002499,
    operator: 3,
    region: "Пример: Владивосток",
    timezone: "Asia/Vladivostok",
  },
];

async function seedRanges(tx: postgres.TransactionSql): Promise<void> {
  const options = JSON.stringify({ is_removal: false });
  const [load] = await tx<{ no: number }[]>`
    insert into imports (id, status, kind, options, rows, actor, file_name, finished_at)
    values (${v7()}, 'completed', 'number_ranges', ${options}::text::jsonb, ${ranges.length}, 'system',
      'примеры: выдуманные диапазоны.csv', now())
    returning no`;
  const rows = ranges.map(({ first, last, operator, region, timezone }, index) => ({
    load_no: load!.no,
    no: index + 1,
    first_phone: first,
    last_phone: last,
    operator_no: operator,
    region,
    timezone,
  }));
  await tx`insert into number_ranges ${tx(rows)}`;
  await tx`update number_plan set load_no = ${load!.no}`;
}
