import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import writeXlsxFile from "write-excel-file/node";
import { Processes } from "@/test/process/processes";
import { workbookParts, zipped } from "@/test/support/workbook-file";
import { addOperator, openDatabase, openServer } from "./setup";

/**
 * How large a real web process becomes when it is sent files that are meant to be too much for it,
 * and what it answers: `npx tsx bench/uploads.ts`. It needs a build (`npm run build`).
 */
const MB = 2 ** 20;
/** Of the large files: `npx tsx bench/uploads.ts 1000` takes some minutes. */
const SIZE_MB = Number(process.argv[2] ?? 300);
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function* oneLine() {
  yield Buffer.from("phone,tags\n+79100000001,");
  for (let i = 0; i < SIZE_MB; i++) yield Buffer.alloc(MB, "x");
}

async function* largeCells() {
  yield Buffer.from("phone,tags,note\n");
  for (let i = 0; i < SIZE_MB * 2; i++)
    yield Buffer.from(`+79${100_000_000 + i},${"t".repeat(262_144)},${"n".repeat(262_144)}\n`);
}

/** 240 MB of nothing, a thousandth of it packed. */
async function* bomb() {
  yield zipped(workbookParts({ people: "<row/>".repeat(40_000_000) }));
}

async function workbook(path: string): Promise<void> {
  const rows = Array.from({ length: 200_000 }, (_, i) =>
    [`+79${100_000_000 + i}`, "op0", `tag${i % 5}`, `city ${i}`].map((value) => ({ value })),
  );
  const header = ["phone", "operator", "tags", "city"].map((value) => ({ value }));
  await writeXlsxFile([header, ...rows]).toFile(path);
}

const server = await openServer();
const { url, db } = await openDatabase(server.url, "bench_uploads");
const folder = await mkdtemp(join(tmpdir(), "carillon-uploads-"));
const processes = new Processes({ databaseUrl: url, gatewayUrl: "http://127.0.0.1:9" });
try {
  await addOperator(db, null, 1);
  const path = join(folder, "people.xlsx");
  await workbook(path);
  const files: [string, string, () => AsyncIterable<Uint8Array>][] = [
    ["XLSX of 200,000 rows", XLSX, () => createReadStream(path)],
    [`one line of ${SIZE_MB} MB`, "text/csv", oneLine],
    [`${SIZE_MB} MB of cells of 256 KB`, "text/csv", largeCells],
    ["a zip bomb", XLSX, bomb],
  ];
  for (const [name, type, file] of files) {
    // A process of its own: memory that was taken is seldom given back.
    const web = await processes.startWeb();
    const memory = async (key: string) =>
      Number(new RegExp(`${key}:\\s+(\\d+)`).exec(await readFile(`/proc/${web.pid}/status`, "utf8"))![1]) /
      1024;
    await fetch(`${web.url}/api/v1/imports/`);
    const before = await memory("VmRSS");
    const startedMs = performance.now();
    const answer = await fetch(`${web.url}/api/v1/recipients/import/`, {
      method: "POST",
      headers: { "content-type": type },
      body: Readable.toWeb(Readable.from(file())) as ReadableStream,
      duplex: "half",
    } as RequestInit);
    let told = (await answer.json()) as Record<string, unknown>;
    while (told.status === "running") {
      await new Promise((done) => setTimeout(done, 250));
      told = (await (await fetch(`${web.url}/api/v1/imports/${told.id}/`)).json()) as Record<string, unknown>;
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const { status, error, created, rejected, errors, detail } = told;
    const grown = Math.round((await memory("VmHWM")) - before);
    console.log(
      `${name}: ${answer.status} ${JSON.stringify({ status, error, created, rejected, errors, detail })?.slice(0, 300)}, ${seconds} s, memory grew by ${grown} MB at most`,
    );
    await web.end("SIGKILL");
  }
} finally {
  await processes.endAll("SIGKILL");
  await db.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
