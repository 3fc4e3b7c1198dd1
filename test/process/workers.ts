import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Announcement } from "@/lib/services/context";
import { freePort } from "@/scripts/postgres";

const READY_MS_MAX = 60_000;
const END_MS_MAX = 45_000;

/** A real worker process, started as the supervisor starts it. */
export interface Worker {
  pid: number;
  /** Resolves when it has said that it is ready: only once no other worker's engine holds the database. */
  ready: Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Sends SIGKILL or SIGTERM and resolves with what it ended by. */
  end(name: "SIGKILL" | "SIGTERM"): Promise<number | NodeJS.Signals | null>;
  hasEnded(): boolean;
  /** What it printed last. */
  output(): string;
}

export interface WorkerSettings {
  databaseUrl: string;
  gatewayUrl: string;
  timeoutMs?: number;
  connections?: number;
}

/** The workers of one installation: they share the engine's keys. */
export class Workers {
  private eventKey = randomBytes(16).toString("hex");
  private signingKey = `signkey-test-${randomBytes(32).toString("hex")}`;
  private started: Worker[] = [];
  private enginePort = 0;

  constructor(private settings: WorkerSettings) {}

  async start(): Promise<Worker> {
    const worker = await this.startBeside();
    const timer = setTimeout(() => worker.signal("SIGABRT"), READY_MS_MAX);
    await worker.ready.finally(() => clearTimeout(timer));
    return worker;
  }

  /**
   * Starts one while another runs. Its own engine waits until the other is gone, and takes over.
   * @param engine `shared`: it has none and works for the other's, as workers of one Inngest server do
   */
  async startBeside(engine: "own" | "shared" = "own"): Promise<Worker> {
    const port = engine === "own" ? await freePort() : this.enginePort;
    const { databaseUrl, gatewayUrl, timeoutMs = 1000, connections = 64 } = this.settings;
    const environment: NodeJS.ProcessEnv = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: "production",
      LOG_LEVEL: process.env.CHAOS_LOG_LEVEL ?? "warn",
      DATABASE_URL: databaseUrl,
      DEMO_DATA: "off",
      // Tests listen on this machine.
      WEBHOOK_PRIVATE: "on",
      ...(engine === "own" && { EMBEDDED_ENGINE_PORT: String(port) }),
      INNGEST_BASE_URL: `http://127.0.0.1:${port}`,
      INNGEST_EVENT_KEY: this.eventKey,
      INNGEST_SIGNING_KEY: this.signingKey,
      INNGEST_DEV: "0",
      SMS_GATEWAY: "http",
      SMS_GATEWAY_URL: gatewayUrl,
      SMS_GATEWAY_TIMEOUT_MS: String(timeoutMs),
      SMS_GATEWAY_CONNECTIONS: String(connections),
    };
    const child = spawn(process.execPath, [...(process.env.WORKER_NODE_FLAGS?.split(" ") ?? []), "--import", "tsx", "scripts/worker.ts"], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const worker = watch(child);
    this.started.push(worker);
    void worker.ready.then(
      () => {
        this.enginePort = port;
      },
      () => {},
    );
    return worker;
  }

  /** Tells the engine of the worker started last. It may be dead: then the rows are found by the sweep. */
  announce = async (events: Announcement[]): Promise<void> => {
    await fetch(`http://127.0.0.1:${this.enginePort}/e/${this.eventKey}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(3_000),
    }).catch(() => {});
  };

  /** What each has printed last, and whether it still lives. */
  outputs(): { hasEnded: boolean; lines: string[] }[] {
    return this.started.map((worker) => ({ hasEnded: worker.hasEnded(), lines: worker.output().split("\n").slice(-20) }));
  }

  async endAll(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await Promise.all(this.started.filter((w) => !w.hasEnded()).map((w) => w.end(signal)));
  }
}

function watch(child: ChildProcess): Worker {
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
      fail(new Error(`the worker ended before it was ready (${signal ?? code}):\n${output()}`));
    });
  });
}
