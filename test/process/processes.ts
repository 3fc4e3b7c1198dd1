import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { within } from "@/lib/common/within";
import type { Announcement } from "@/lib/services/events";
import { programOf } from "@/scripts/build";
import { freePort } from "@/scripts/processes";

/** Longer than a start or a stop takes on a busy machine: who takes longer hangs. */
const READY_MS_MAX = 400_000;
const TOLD_MS_MAX = 3_000;
const END_MS_MAX = 400_000;

/** A real process of ours, started as the supervisor starts it. */
export interface Running {
  pid: number;
  /**
   * Resolves when it has said that it is ready: a worker only once no other worker's engine holds
   * the database.
   */
  ready: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends SIGKILL or SIGTERM and resolves with what it ended by. */
  end(name: "SIGKILL" | "SIGTERM"): Promise<number | NodeJS.Signals | null>;
  hasEnded(): boolean;
  /** What it printed last. */
  output(): string;
}

export interface ProcessSettings {
  databaseUrl: string;
  gatewayUrl: string;
  /** Long by default: an answer may take its time, and is no lost one for that. */
  timeoutMs?: number;
  connections?: number;
}

/** The worker and web processes of one installation: they share the engine's keys. */
export class Processes {
  private eventKey = randomBytes(16).toString("hex");
  readonly signingKey = `signkey-test-${randomBytes(32).toString("hex")}`;
  private workers: Running[] = [];
  private webs: Running[] = [];
  private enginePort = 0;

  constructor(private settings: ProcessSettings) {}

  /**
   * Starts a worker while no other runs; its engine is where the one before it was, as the
   * supervisor has it. @param settings further ones
   */
  async startWorker(settings: Record<string, string> = {}): Promise<Running> {
    return this.untilReady(this.spawnWorker(this.enginePort || (await freePort()), "own", settings));
  }

  /**
   * Starts one while another runs. Its own engine waits until the other is gone, and takes over.
   * @param engine `shared`: it has none and works for the other's, as workers of one Inngest server
   * do
   * @param settings further ones
   * @param root the sources of another version
   */
  async startWorkerBeside(
    engine: "own" | "shared" = "own",
    settings: Record<string, string> = {},
    root?: string,
  ): Promise<Running> {
    return this.spawnWorker(engine === "own" ? await freePort() : this.enginePort, engine, settings, root);
  }

  /**
   * Starts a web process and waits until it answers. Needs a build: `buildWhenStale`. @param
   * settings further ones
   */
  async startWeb(settings: Record<string, string> = {}): Promise<Running & { url: string }> {
    const port = await freePort();
    const web = this.spawn("web", this.enginePort, { PORT: String(port), HOST: "127.0.0.1", ...settings });
    this.webs.push(web);
    return { ...(await this.untilReady(web)), url: `http://127.0.0.1:${port}` };
  }

  private spawnWorker(
    port: number,
    engine: "own" | "shared",
    settings: Record<string, string> = {},
    root?: string,
  ): Running {
    const own: Record<string, string> = engine === "own" ? { EMBEDDED_ENGINE_PORT: String(port) } : {};
    const worker = this.spawn("worker", port, { ...own, ...settings }, root);
    this.workers.push(worker);
    void worker.ready.then(
      () => {
        this.enginePort = port;
      },
      () => {},
    );
    return worker;
  }

  private spawn(
    name: "worker" | "web",
    enginePort: number,
    more: Record<string, string>,
    root?: string,
  ): Running {
    const { databaseUrl, gatewayUrl, timeoutMs = 10_000, connections = 64 } = this.settings;
    const environment: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      // Next does not read a developer's own .env.
      __NEXT_PROCESSED_ENV: "true",
      LOG_LEVEL: process.env.CHAOS_LOG_LEVEL ?? "warn",
      DATABASE_URL: databaseUrl,
      DEMO_DATA: "off",
      // Tests listen on this machine.
      WEBHOOK_PRIVATE: "on",
      INNGEST_BASE_URL: `http://127.0.0.1:${enginePort}`,
      INNGEST_EVENT_KEY: this.eventKey,
      INNGEST_SIGNING_KEY: this.signingKey,
      INNGEST_DEV: "0",
      SMS_GATEWAY: "http",
      SMS_GATEWAY_URL: gatewayUrl,
      SMS_GATEWAY_TIMEOUT_MS: String(timeoutMs),
      SMS_GATEWAY_CONNECTIONS: String(connections),
      ...more,
    };
    const flags = process.env.WORKER_NODE_FLAGS?.split(" ") ?? [];
    const program = root ? ["--import", "tsx", `scripts/${name}.ts`] : [programOf(name)];
    return watch(
      spawn(process.execPath, [...flags, ...program], {
        cwd: root,
        env: environment,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      }),
    );
  }

  private async untilReady(process: Running): Promise<Running> {
    const timer = setTimeout(() => process.signal("SIGABRT"), READY_MS_MAX);
    await process.ready.finally(() => clearTimeout(timer));
    return process;
  }

  /**
   * Tells the engine of the worker started last. It may be dead: then the rows are found by the
   * sweep.
   */
  announce = async (events: Announcement[]): Promise<void> => {
    const told = fetch(`http://127.0.0.1:${this.enginePort}/e/${this.eventKey}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(TOLD_MS_MAX),
    });
    await within(TOLD_MS_MAX, told).catch(() => {});
  };

  /** What each has printed last, and whether it still lives. */
  outputs(): { hasEnded: boolean; lines: string[] }[] {
    return [...this.workers, ...this.webs].map((one) => ({
      hasEnded: one.hasEnded(),
      lines: one.output().split("\n").slice(-20),
    }));
  }

  /** Of the workers, in the order of their start. */
  pids(): number[] {
    return this.workers.map(({ pid }) => pid);
  }

  async endWorkers(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await Promise.all(
      this.workers.filter((worker) => !worker.hasEnded()).map((worker) => worker.end(signal)),
    );
  }

  async endAll(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await Promise.all([
      this.endWorkers(signal),
      ...this.webs.filter((web) => !web.hasEnded()).map((web) => web.end(signal)),
    ]);
  }
}

function watch(child: ChildProcess): Running {
  const lines: string[] = [];
  const keep = (data: Buffer) => {
    lines.push(data.toString());
    if (lines.length > 200) lines.shift();
  };
  child.stdout!.on("data", keep);
  child.stderr!.on("data", keep);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const exited = once(child, "exit");
  const output = () => lines.join("");
  return {
    pid: child.pid!,
    ready: ready(child, output),
    signal: (name) => void child.kill(name),
    hasEnded,
    output,
    async end(name) {
      if (hasEnded()) return child.signalCode ?? child.exitCode;
      child.kill(name);
      // A frozen process takes its SIGTERM when it goes on.
      if (name === "SIGTERM") child.kill("SIGCONT");
      const timer = setTimeout(() => child.kill("SIGKILL"), END_MS_MAX);
      await exited;
      clearTimeout(timer);
      return child.signalCode ?? child.exitCode;
    },
  };
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  await new Promise<void>((done, fail) => {
    child.on("message", (message) => {
      if (message !== "ready") return;
      done();
    });
    child.once("exit", (code, signal) => {
      fail(new Error(`it ended before it was ready (${signal ?? code}):\n${output()}`));
    });
  });
}
