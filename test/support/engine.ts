import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Inngest, type InngestFunction } from "inngest";
import { serve } from "inngest/node";
import pino from "pino";
import { vi } from "vitest";
import { type EngineOptions, type RunningEngine, startEngine } from "@/lib/engine";

const EVENT_KEY = "0123456789abcdef";
export const SIGNING_KEY = `signkey-test-${"ab".repeat(32)}`;

/** Waits until a check holds: as long as a busy machine may take, not as long as it should. */
export const eventually = (check: () => void, timeoutMs = 50_000) =>
  vi.waitFor(check, { timeout: timeoutMs, interval: 20 });

/** What happened in the functions, in order. */
export interface Mark {
  what: string;
  atMs: number;
}

/**
 * An engine on a database, and an app of real SDK functions that it calls over HTTP. Either can be
 * stopped and started again, as a machine that restarts does; the app comes back at another port.
 */
export class EngineWorld {
  readonly marks: Mark[] = [];
  engine!: RunningEngine;
  client!: Inngest;
  private app: ReturnType<typeof createServer> | undefined;
  private port = 0;

  constructor(
    readonly databaseUrl: string,
    private define: (client: Inngest, mark: (what: string) => void) => InngestFunction.Any[],
    private options: Partial<EngineOptions> = {},
  ) {}

  mark = (what: string) => void this.marks.push({ what, atMs: performance.now() });
  /** What happened, without the times. */
  seen = () => this.marks.map(({ what }) => what);
  times = (what: string) => this.marks.filter((mark) => mark.what === what).map(({ atMs }) => atMs);

  async startEngine(): Promise<void> {
    this.engine = await startEngine({
      databaseUrl: this.databaseUrl,
      host: "127.0.0.1",
      port: this.port,
      eventKey: EVENT_KEY,
      signingKey: SIGNING_KEY,
      logger: pino({ level: "silent" }),
      backoff: () => 50,
      cronSeconds: true,
      ...this.options,
    });
    this.port = Number(new URL(this.engine.url).port);
    this.client = new Inngest({
      id: "app",
      baseUrl: this.engine.url,
      eventKey: EVENT_KEY,
      signingKey: SIGNING_KEY,
      isDev: false,
    });
  }

  /** Starts the app and registers its functions. @returns what the registration was answered */
  async startApp(): Promise<{ status: number; text: string }> {
    const handler = serve({ client: this.client, functions: this.define(this.client, this.mark) });
    this.app = createServer((request, response) => void handler(request, response));
    await new Promise<void>((done) => this.app!.listen(0, "127.0.0.1", done));
    const answer = await fetch(this.appUrl(), { method: "PUT" });
    return { status: answer.status, text: await answer.text() };
  }

  appUrl = () => `http://127.0.0.1:${(this.app!.address() as AddressInfo).port}/api/inngest`;

  async start(): Promise<this> {
    await this.startEngine();
    const { status, text } = await this.startApp();
    if (status !== 200) throw new Error(`registration: ${status} ${text}`);
    return this;
  }

  send = (name: string, data: Record<string, unknown> = {}, id?: string) =>
    this.client.send({ name, data, ...(id && { id }) });

  async stopApp(): Promise<void> {
    this.app?.closeAllConnections();
    await new Promise((done) => this.app?.close(done));
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.stopApp();
  }
}
