import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { runMigrations } from "graphile-worker";
import { noTerms } from "@/db/audience/terms";
import { openDb } from "@/db/client";
import {
  copyFile,
  holdSnapshot,
  importFile,
  removeFile,
  timeCreates,
  timeReads,
  writeRecipients,
} from "./around";
import { fillMessages, openSender, sendAll, timeChunks, writeBare } from "./database-side";
import { bareLoop, bossLoop, EndToEnd, graphileLoop, PERSONAL_TEXT, type QueueRate } from "./end-to-end";
import { processorUs } from "./processor";
import { fillAudiences, firstOperator, tagNos, timeBeside, timeCount, timeFirst } from "./seeks";
import { addOperator, dropDatabase, Listener, median, openDatabase, openServer, quantile } from "./setup";

/**
 * `npm run bench`: everything in one run, what is compared in alternating order. Prints a table and
 * writes it into docs/benchmarks.md. `npm run bench -- chunks` runs only the parts named, and
 * writes nothing.
 */

/** Of `wire`, `database` and `held`, after one that warms up: their figures are medians. */
const ROUNDS = 5;
/** Of `creates` and `imports`, which take longer. */
const ROUNDS_FEW = 3;
const MESSAGES = 100_000;
/** Sent over HTTP in a round. */
const WIRED = 200_000;
/** Of the peers with one job a message: they are slower. */
const JOBS = 30_000;
/**
 * Jobs a batch of pg-boss: as many as a chunk has, and as many as make it quickest (its workers
 * look for new ones twice a second at most).
 */
const BATCHES = [1_000, 4_000];
const OPERATORS = 4;
const FILL = 10_000_000;
const IMPORTED = 1_000_000;
/** In a round, idle and busy each. */
const CREATES = 100;
/** One after another, for what each costs in all. */
const SCHEDULED = 2_000;
/** Have arrived before a round's creates begin: both lanes are at full speed. */
const BUSY_AFTER = 20_000;
const CHUNKS = 60;
const PACED_SECONDS = 20;
const BESIDE_RATE = 100;
const BESIDE_SECONDS = 10;
const BESIDE_LATENCY_MS = 80;
/** 3,000 messages a second at that latency. */
const BESIDE_CONNECTIONS = 240;
/** Personal texts in a round. */
const PERSONAL = 20_000;

/** More than a few tenths: something else was at work, and every figure is too low. */
const loadBefore = loadavg()[0]!;
const only = process.argv.slice(2);
const rows: string[] = [];

/** What a figure should be, and whether it is. */
interface Aim {
  text: string;
  isReached: boolean;
}
const atLeast = (least: number, value: number, unit: string): Aim => ({
  text: `≥ ${whole(least)} ${unit}`,
  isReached: value >= least,
});
const atMost = (most: number, value: number, unit: string): Aim => ({
  text: `≤ ${most} ${unit}`,
  isReached: value <= most,
});
const whole = (value: number) => Math.round(value).toLocaleString("en");
const times = (ours: number, theirs: number) => `${(ours / theirs).toFixed(1)} times as fast`;
const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const spread = (values: number[]) => `${whole(Math.min(...values))}–${whole(Math.max(...values))}`;
const note = (what: string, value: string, against: string, ...aims: Aim[]) => {
  const judged = aims
    .map(({ text, isReached }) => (isReached ? text : `${text}: **not reached**`))
    .join("; ");
  const row = [what, value, against, judged].join(" | ");
  rows.push(row);
  console.log(row);
};

const server = await openServer();
const listener = await Listener.start();
const parts: Record<string, () => Promise<void>> = {
  wire,
  database,
  chunks,
  seeks,
  creates,
  scheduled,
  held,
  imports,
  paced,
  beside,
  personal,
  lag,
};
try {
  for (const [name, part] of Object.entries(parts))
    if (only.length === 0 || only.includes(name)) await part();
  if (only.length === 0) await writeResults();
} finally {
  listener.close();
  await server.close();
}

/** End to end over HTTP against the bare client and queues with one job a message. */
async function wire(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_wire", listener);
  const peer = await openDatabase(server.url, "bench_peer");
  await runMigrations({ connectionString: peer.url });
  for (let i = 0; i < OPERATORS; i++) await addOperator(carillon.db, null, WIRED / OPERATORS);
  const ours: Awaited<ReturnType<typeof carillon.sendAll>>[] = [];
  const bare: Awaited<ReturnType<typeof bareLoop>>[] = [];
  const bareAsGateway: typeof bare = [];
  const graphile: QueueRate[] = [];
  const boss = new Map<number, QueueRate[]>(BATCHES.map((batch) => [batch, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b] = [await carillon.sendAll(WIRED), await bareLoop(listener, WIRED, "pool")];
    const c = await bareLoop(listener, WIRED, "dispatch");
    const queue = await graphileLoop(peer.db, peer.url, listener, JOBS);
    const batches = new Map<number, QueueRate | undefined>();
    for (const batch of BATCHES) batches.set(batch, await bossLoop(peer.url, listener, JOBS, batch));
    // The first round warms up.
    if (round === 0) continue;
    ours.push(a);
    bare.push(b);
    bareAsGateway.push(c);
    graphile.push(queue);
    for (const [batch, rate] of batches) if (rate) boss.get(batch)!.push(rate);
  }
  await carillon.close();
  await peer.db.close();
  const ratesOf = (found: { rate: number }[]) => found.map(({ rate }) => rate);
  const [rates, bareRates, gatewayRates] = [ratesOf(ours), ratesOf(bare), ratesOf(bareAsGateway)];
  const share = median(rates) / median(bareRates);
  const us = (who: "worker" | "Postgres" | "listener") =>
    median(ours.map(({ processorUs }) => processorUs[who])).toFixed(1);
  note(
    "End to end over HTTP, messages/s",
    `${whole(median(rates))} (${spread(rates)})`,
    `bare undici loop: ${whole(median(bareRates))} (${spread(bareRates)}); share ${percent(share)}`,
    atLeast(70, share * 100, "%"),
  );
  note(
    "The same against a bare loop with the client as the gateway uses it",
    `${whole(median(rates))}`,
    `bare loop by \`Client.dispatch\`: ${whole(median(gatewayRates))} (${spread(gatewayRates)}); share ${percent(median(rates) / median(gatewayRates))}`,
  );
  note(
    "Processor time a message takes then, µs",
    `worker ${us("worker")}, Postgres ${us("Postgres")}, listener ${us("listener")}`,
    `bare loop: ${median(bare.map(({ processorUs }) => processorUs)).toFixed(1)}; by \`Client.dispatch\`: ${median(bareAsGateway.map(({ processorUs }) => processorUs)).toFixed(1)}`,
  );
  const against = (what: string, found: QueueRate[], least: number) => {
    const [sending, withAdding] = [
      found.map((rate) => rate.sending),
      median(found.map((rate) => rate.withAdding)),
    ];
    note(
      `The same by ${what}, one job a message`,
      `${whole(median(sending))} (${spread(sending)}); ${whole(withAdding)} with adding the jobs`,
      `Carillon: ${times(median(rates), median(sending))}; ${times(median(rates), withAdding)} with adding the jobs`,
      { text: `≥ ${least} times`, isReached: median(rates) / median(sending) >= least },
    );
  };
  against("graphile-worker", graphile, 2.5);
  for (const [batch, found] of boss)
    if (found.length > 0) against(`pg-boss in batches of ${whole(batch)}`, found, 4);
  if ([...boss.values()].every((found) => found.length === 0))
    console.log("pg-boss is not there to be measured: npm ci --prefix bench");
}

/**
 * The database's side alone: a gateway that answers at once against the least that such rows cost.
 */
async function database(): Promise<void> {
  const { url, db } = await openDatabase(server.url, "bench_database");
  await addOperator(db, null, MESSAGES);
  const sender = openSender(url);
  const [ours, bare, bare2]: number[][] = [[], [], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const [a, b, c] = [
      await sendAll(sender, MESSAGES),
      await writeBare(db, MESSAGES, 1),
      await writeBare(db, MESSAGES, 2),
    ];
    if (round === 0) continue;
    ours!.push(a);
    bare!.push(b);
    bare2!.push(c);
  }
  await sender.close();
  await db.close();
  const against = `bare INSERT + UPDATE: ${whole(median(bare!))} on one connection, ${whole(median(bare2!))} on two; share ${percent(median(ours!) / median(bare!))} / ${percent(median(ours!) / median(bare2!))}`;
  note(
    "Claim and settle, a gateway that answers at once, messages/s",
    `${whole(median(ours!))} (${spread(ours!)})`,
    against,
    atLeast(40_000, median(ours!), "a second"),
    atLeast(60, (median(ours!) / median(bare!)) * 100, "% of one connection"),
  );
}

/**
 * Does a chunk cost the same when the table is full? Two databases in turn: what else the machine
 * does meets both alike.
 */
async function chunks(): Promise<void> {
  const open = async (name: string) => {
    const { url, db } = await openDatabase(server.url, name);
    await addOperator(db, null, 250 * (CHUNKS + 5));
    return { db, sender: openSender(url), claimMs: [] as number[], settleMs: [] as number[] };
  };
  const [few, many] = [await open("bench_chunks_few"), await open("bench_chunks_many")];
  await fillMessages(many.db, FILL);
  // What the filling left to be written is written before anything is measured.
  await many.db.sql`checkpoint`;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [few, many] : [many, few]) {
      const { claimMs, settleMs } = await timeChunks(side.sender, CHUNKS);
      if (round === 0) continue;
      side.claimMs.push(...claimMs);
      side.settleMs.push(...settleMs);
    }
  }
  const { oneMs, listMs } = await timeReads(many.db, 200);
  for (const { sender, db } of [few, many]) {
    await sender.close();
    await db.close();
  }
  const shown = ({ claimMs, settleMs }: typeof few) =>
    `claim ${median(claimMs).toFixed(1)} ms (p90 ${quantile(claimMs, 0.9).toFixed(1)}), settle ${median(settleMs).toFixed(1)} ms (p90 ${quantile(settleMs, 0.9).toFixed(1)})`;
  const ratio = (median(many.claimMs) + median(many.settleMs)) / (median(few.claimMs) + median(few.settleMs));
  note(
    "A chunk of 250 with 10 million messages in the table",
    shown(many),
    `with few: ${shown(few)}; ratio ${ratio.toFixed(2)}`,
    atMost(1.2, ratio, "times"),
  );
  note(
    "GET of a dispatch, and of a page of 50, with as many",
    `${oneMs.toFixed(1)} ms and ${listMs.toFixed(1)} ms of the database`,
    "",
    atMost(5, Math.max(oneMs, listMs), "ms"),
  );
}

/** Audiences with an expression, in an installation of ten million. */
async function seeks(): Promise<void> {
  const { url, db } = await openDatabase(server.url, "bench_seeks");
  const filler = openDb(url, { max: 1 });
  await filler.sql`set statement_timeout = 0`;
  await fillAudiences(filler, FILL);
  await filler.close();
  const tags = await tagNos(db);
  const gold = [{ name: "level", values: ["gold"] }];
  const rare = { all: [tags.fifth!, tags.seventh!], attributes: gold };
  const nobody = { all: [tags.fifth!, tags.half!], attributes: [{ name: "city", values: ["none"] }] };
  const plain = { operatorNo: null, tagNo: null, terms: null };
  const tag = await timeCount(db, { ...plain, tagNo: tags.half! });
  const expression = await timeCount(db, { ...plain, terms: { ...noTerms, ...rare } });
  const sender = openSender(url);
  const firstMs: number[] = [];
  for (let round = 0; round < ROUNDS_FEW; round++) firstMs.push(await timeFirst(sender, rare));
  await timeBeside(sender, nobody, await firstOperator(db));
  const { alone, beside } = await timeBeside(sender, nobody, await firstOperator(db));
  await sender.close();
  await db.close();
  await dropDatabase(server.url, "bench_seeks");
  note(
    "To the first message of an audience of two tags and an attribute, 3,007 of 10 million",
    `${whole(median(firstMs))} ms (${spread(firstMs)})`,
    "",
    atMost(3_000, Math.max(...firstMs), "ms"),
  );
  note(
    "Use of a rate of 200/s beside four lanes that seek and find nobody, as many people",
    `${percent(beside / 200)}`,
    `alone: ${percent(alone / 200)}; share ${percent(beside / alone)}`,
    { text: "≥ 97 % of its use alone", isReached: beside / alone >= 0.97 },
  );
  note(
    "A preview's count of one tag of 5 million, and of that audience",
    `${whole(tag.ms)} ms and ${whole(expression.ms)} ms`,
    `${whole(tag.count)} and ${whole(expression.count)}${expression.isEstimate ? ", both estimates that say so" : ""}`,
    atMost(500, tag.ms, "ms"),
    atMost(1_500, expression.ms, "ms"),
  );
}

/**
 * `POST /api/v1/dispatches/` to a web process while a worker sends on two lanes as fast as it can.
 */
async function creates(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_creates", listener);
  const { post } = await carillon.openWeb();
  for (let i = 0; i < 2; i++) await addOperator(carillon.db, null, 5 * MESSAGES);
  await timeCreates(post, CREATES);
  const [idle, busy]: [number[], number[]] = [[], []];
  let [sent, tookMs] = [0, 0];
  for (let round = 0; round < ROUNDS_FEW; round++) {
    idle.push(...(await timeCreates(post, CREATES)));
    await listener.take();
    await carillon.dispatch(new Date(Date.now() - 60_000));
    await listener.until(BUSY_AFTER);
    const before = await listener.count();
    const startedMs = performance.now();
    busy.push(...(await timeCreates(post, CREATES)));
    const now = await listener.count();
    tookMs += performance.now() - startedMs;
    sent += now - before;
    if (now >= 10 * MESSAGES) throw new Error("everything was sent before the last create");
    await carillon.cancelRunning();
    await listener.untilQuiet();
  }
  await carillon.close();
  await listener.take();
  const [a, b] = [quantile(idle, 0.99), quantile(busy, 0.99)];
  note(
    "POST of a dispatch while two lanes send at full speed over HTTP",
    `p99 ${b.toFixed(1)} ms (p50 ${median(busy).toFixed(1)}), ${whole((sent / tookMs) * 1000)} messages/s beside it`,
    `idle: p99 ${a.toFixed(1)} ms (p50 ${median(idle).toFixed(1)}); ${(b / a).toFixed(1)} times`,
    atMost(5, b / a, "times"),
  );
}

/** What a create costs at rest, in an installation of the demo data's size. */
async function scheduled(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_scheduled", listener);
  const { post, list, pid } = await carillon.openWeb();
  for (const rate of [300, 225, 150, 75]) await addOperator(carillon.db, rate, 5_000);
  await timeCreates(post, CREATES);
  for (let i = 0; i < CREATES; i++) await list();
  const [posts, lists]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS_FEW; round++) {
    posts.push(...(await timeCreates(post, CREATES)));
    for (let i = 0; i < CREATES; i++) {
      const startedMs = performance.now();
      await list();
      lists.push(performance.now() - startedMs);
    }
  }
  note(
    "POST of a dispatch at rest",
    `p50 ${median(posts).toFixed(1)} ms (p99 ${quantile(posts, 0.99).toFixed(1)})`,
    `GET of the newest 50: p50 ${median(lists).toFixed(1)} ms; ${(median(posts) / median(lists)).toFixed(1)} times`,
    atMost(2.5, median(posts) / median(lists), "times"),
  );
  const look = () => ({ web: processorUs(pid), worker: carillon.workerUs() });
  const before = look();
  const startedMs = performance.now();
  await timeCreates(post, SCHEDULED);
  const tookMs = performance.now() - startedMs;
  await carillon.untilTold(SCHEDULED);
  const after = look();
  await carillon.close();
  const of = (who: keyof typeof before) => (after[who] - before[who]) / SCHEDULED / 1000;
  note(
    `Processor time of each of ${whole(SCHEDULED)} scheduled creates, one after another, ms`,
    `${(of("web") + of("worker")).toFixed(1)}: web process ${of("web").toFixed(1)}, worker with engine ${of("worker").toFixed(1)}`,
    `${(tookMs / SCHEDULED).toFixed(1)} ms each by the clock`,
    atMost(10, of("web") + of("worker"), "ms"),
  );
}

/** A transaction that is held open keeps Postgres from clearing what a settle leaves behind. */
async function held(): Promise<void> {
  const { url, db } = await openDatabase(server.url, "bench_held");
  await addOperator(db, null, MESSAGES);
  const sender = openSender(url);
  await sendAll(sender, MESSAGES);
  const [free, bound]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    free.push(await sendAll(sender, MESSAGES));
    const release = await holdSnapshot(url);
    bound.push(await sendAll(sender, MESSAGES));
    await release();
  }
  await sender.close();
  await db.close();
  const loss = 1 - median(bound) / median(free);
  note(
    "Claim and settle while a transaction is held open, messages/s",
    `${whole(median(bound))} (${spread(bound)})`,
    `without: ${whole(median(free))}; ${percent(Math.abs(loss))} ${loss > 0 ? "slower" : "faster"}`,
    atMost(15, loss * 100, "% slower"),
  );
}

/** A CSV file against a bare COPY of it. */
async function imports(): Promise<void> {
  const path = await writeRecipients(IMPORTED);
  const [copied, keyed, imported, grownMb]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < ROUNDS_FEW; round++) {
    // A database of its own: who is there already would be changed, not added.
    const name = `bench_imports_${round}`;
    const { db } = await openDatabase(server.url, name);
    await addOperator(db, null, 1);
    copied.push(await copyFile(db, path));
    keyed.push(await copyFile(db, path, "keyed"));
    const found = await importFile(db, path);
    imported.push(found.seconds);
    grownMb.push(found.grownMb);
    await db.close();
    await dropDatabase(server.url, name);
  }
  await removeFile(path);
  const seconds = (values: number[]) =>
    `${median(values).toFixed(1)} s (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
  const [bareRatio, keyedRatio] = [median(imported) / median(copied), median(imported) / median(keyed)];
  note(
    "Import of a CSV file of a million recipients with a tag and an attribute",
    `${seconds(imported)}; memory grew by ${whole(Math.max(...grownMb))} MB at most`,
    `bare COPY into a table without keys: ${seconds(copied)}; ${bareRatio.toFixed(1)} times; into one with the keys of recipients: ${seconds(keyed)}; ${keyedRatio.toFixed(1)} times`,
    atMost(6, bareRatio, "times without keys"),
    atMost(6, keyedRatio, "times with them"),
    atMost(150, Math.max(...grownMb), "MB"),
  );
}

/**
 * How much of an operator's rate three dispatches use in two worker processes; 98 % is the most
 * that the slots' stretch allows.
 */
async function paced(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_paced", listener, 2);
  for (const rate of [10, 100, 1000]) {
    const { used, seen, certain } = await carillon.fillRate(rate, PACED_SECONDS);
    note(
      `Use of a rate of ${rate}/s by three dispatches at once, two workers`,
      `${percent(used)}; at most ${certain} in any second (${seen} as seen)`,
      "slots allow 98 %",
      atLeast(97, used * 100, "%"),
      { text: `never above ${rate}`, isReached: certain <= rate },
    );
  }
  await carillon.close();
}

/**
 * Does a lane with a rate keep it beside lanes without one, whose messages wait for the same
 * gateway, and beside a gateway that hangs?
 */
async function beside(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "carillon-bench-"));
  const file = join(directory, "gateways.json");
  const gateway = (url: string) => ({ kind: "http", url, connections: BESIDE_CONNECTIONS });
  await writeFile(
    file,
    JSON.stringify({ default: gateway(listener.url), hanging: gateway(`${listener.url}/hang`) }),
  );
  const carillon = await EndToEnd.open(server.url, "bench_beside", listener, 1, file);
  await listener.answerAfter(BESIDE_LATENCY_MS);
  const unlimited = await addOperator(carillon.db, null, 5 * MESSAGES);
  const hanging = await addOperator(carillon.db, null, MESSAGES, "hanging");
  const found: { alone: number; beside: number; others: number; hanging: number }[] = [];
  for (let round = 0; round < ROUNDS_FEW; round++) {
    const alone = await carillon.useBeside(BESIDE_RATE, BESIDE_SECONDS, []);
    const other = await carillon.useBeside(BESIDE_RATE, BESIDE_SECONDS, [unlimited]);
    const hung = await carillon.useBeside(BESIDE_RATE, BESIDE_SECONDS, [unlimited, hanging]);
    found.push({ alone: alone.used, beside: other.used, others: other.beside, hanging: hung.used });
  }
  await listener.answerAfter(0);
  await carillon.close();
  await rm(directory, { recursive: true });
  const of = (what: keyof (typeof found)[number]) => median(found.map((one) => one[what]));
  const share = (what: "beside" | "hanging") => median(found.map((one) => one[what] / one.alone));
  note(
    `Use of a rate of ${BESIDE_RATE}/s beside a lane without one, a gateway that answers after ${BESIDE_LATENCY_MS} ms`,
    `${percent(of("beside"))}, with ${whole(of("others"))} messages/s beside it; ${percent(of("hanging"))} while another gateway hangs`,
    `alone: ${percent(of("alone"))}; share ${percent(share("beside"))} and ${percent(share("hanging"))}`,
    { text: "≥ 98 % of its use alone", isReached: share("beside") >= 0.98 },
    { text: "and while another gateway hangs", isReached: share("hanging") >= 0.98 },
  );
}

/**
 * Texts of one to three segments, each person's own, against one text to all; how much of a rate
 * they use; and whether a lane that makes them lets another keep its rate.
 */
async function personal(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_personal", listener);
  await addOperator(carillon.db, null, PERSONAL);
  await carillon.nameEverybody();
  const [plain, own]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const a = await carillon.sendAll(PERSONAL);
    const b = await carillon.sendAll(PERSONAL, PERSONAL_TEXT);
    if (round === 0) continue;
    plain.push(a.rate);
    own.push(b.rate);
  }
  note(
    `${whole(PERSONAL)} personal texts of one to three segments end to end, messages/s`,
    `${whole(median(own))} (${spread(own)})`,
    `plain: ${whole(median(plain))} (${spread(plain)}); share ${percent(median(own) / median(plain))}`,
    atLeast(50, (median(own) / median(plain)) * 100, "%"),
  );
  for (const rate of [10, 100]) {
    const { used, seen, certain, wrong } = await carillon.fillPersonal(rate, PACED_SECONDS);
    note(
      `Use of a rate of ${rate} segments/s by such a dispatch`,
      `${percent(used)}; at most ${certain} in any second (${seen} as seen); ${wrong} texts that are not their person's`,
      `slots allow ${percent((rate - 2) / 1.02 / rate)}`,
      ...(rate === 100 ? [atLeast(93, used * 100, "%")] : []),
      { text: `never above ${rate}`, isReached: certain <= rate },
      { text: "each text its person's", isReached: wrong === 0 },
    );
  }
  await listener.answerAfter(BESIDE_LATENCY_MS);
  const unlimited = await addOperator(carillon.db, null, 2 * MESSAGES);
  await carillon.nameEverybody();
  const shares: number[] = [];
  for (let round = 0; round < ROUNDS_FEW; round++) {
    const alone = await carillon.useBeside(BESIDE_RATE, BESIDE_SECONDS, []);
    const other = await carillon.useBeside(BESIDE_RATE, BESIDE_SECONDS, [unlimited], PERSONAL_TEXT);
    shares.push(other.used / alone.used);
  }
  await listener.answerAfter(0);
  await carillon.close();
  note(
    `Use of a rate of ${BESIDE_RATE}/s beside a lane that makes personal texts, of its use alone`,
    percent(median(shares)),
    "",
    { text: "≥ 98 %", isReached: median(shares) >= 0.98 },
  );
}

async function lag(): Promise<void> {
  const carillon = await EndToEnd.open(server.url, "bench_lag", listener);
  const { p50, p99 } = await carillon.startLags(50);
  await carillon.close();
  note(
    "From the planned start to the first message, 50 dispatches",
    `p99 ${whole(p99)} ms`,
    `p50 ${whole(p50)} ms`,
    {
      text: "p99 ≤ 500 ms",
      isReached: p99 <= 500,
    },
  );
}

/** Replaces what stands between the two marks in docs/benchmarks.md. */
async function writeResults(): Promise<void> {
  const file = join(import.meta.dirname, "..", "docs", "benchmarks.md");
  const machine = `${cpus()[0]!.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.version}`;
  const table = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}. Everything (Postgres, worker, listener) on this one machine, whose load average was ${loadBefore.toFixed(1)} before the start.`,
    "",
    "| What | Carillon (range) | Against | Aim |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(/(<!-- results -->\n)[\s\S]*(<!-- end -->)/, `$1\n${table}\n\n$2`));
}
