import { EventEmitter, once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { type ClientLimits, createLimitedServer } from "./limited-server";

// Busy machines take their time.
vi.setConfig({ testTimeout: 60_000 });
afterEach(() => void vi.useRealTimers());

/** Of the server alone: sockets go on in their own time. */
const stopTimers = () =>
  vi.useFakeTimers({ toFake: ["setInterval", "setTimeout", "clearInterval", "clearTimeout"] });

async function serve(listener: RequestListener, limits: Partial<ClientLimits> = {}): Promise<() => Socket> {
  const server = createLimitedServer(limits).on("request", listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return () => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    onTestFinished(() => void socket.destroy());
    return socket;
  };
}

/** What has come from the server, once it holds a text. */
async function untilSaid(socket: Socket, text: string): Promise<void> {
  let said = "";
  while (!said.includes(text)) {
    const [chunk] = await once(socket, "data");
    said += chunk;
  }
}

const post = (length: number) => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;

test("A body that comes by drops is cut off; one that goes on coming may take as long as it likes", async () => {
  stopTimers();
  const seen = new EventEmitter();
  const read = new Map<string, number>();
  const open = await serve(
    (request, response) => {
      const name = request.url!;
      read.set(name, 0);
      seen.emit("data");
      request.on("data", (chunk: Buffer) => {
        read.set(name, (read.get(name) ?? 0) + chunk.length);
        seen.emit("data");
      });
      request.on("end", () => response.end("thanks"));
      request.on("error", () => {});
    },
    { bodyMs: 1_000, bodyBytes: 10_000 },
  );
  const untilRead = async (name: string, bytes: number) => {
    while ((read.get(name) ?? -1) < bytes) await once(seen, "data");
  };
  const steady = open();
  const dripping = open().resume();
  steady.write(post(40_000).replace("/", "/steady"));
  dripping.write(post(40_000).replace("/", "/dripping"));
  const cutOff = once(dripping, "close");
  await untilRead("/steady", 0);
  await untilRead("/dripping", 0);
  for (let piece = 1; piece <= 3; piece++) {
    steady.write("x".repeat(10_000));
    await untilRead("/steady", piece * 10_000);
    if (piece < 3) {
      dripping.write("x".repeat(piece === 1 ? 10_000 : 9_000));
      await untilRead("/dripping", piece === 1 ? 10_000 : 19_000);
    }
    vi.advanceTimersByTime(1_000);
    if (piece === 2) await cutOff;
  }
  steady.write("x".repeat(10_000));
  await untilSaid(steady, "thanks");
});

test("A body that we take slowly ourselves is not its sender's fault", async () => {
  stopTimers();
  let request: IncomingMessage | undefined;
  const open = await serve(
    (given) => {
      request = given;
    },
    { bodyMs: 1_000, bodyBytes: 10_000_000 },
  );
  const socket = open();
  socket.write(post(10_000_000) + "x".repeat(1_000_000));
  await vi.waitUntil(() => request && request.readableLength >= request.readableHighWaterMark, {
    timeout: 50_000,
  });
  vi.advanceTimersByTime(5_000);
  expect(request!.socket.destroyed).toBe(false);
});

test("Who is answered before the body is here keeps the connection by sending the rest, and not by waiting", async () => {
  stopTimers();
  const open = await serve((_, response) => void response.writeHead(401).end("no"), { restMs: 1_000 });
  const waiting = open();
  const cutOff = once(waiting, "close");
  waiting.write(`${post(1_000_000)}x`);
  await untilSaid(waiting, "no");
  const prompt = open();
  prompt.write(`${post(10)}x`);
  await untilSaid(prompt, "no");
  prompt.write("x".repeat(9) + post(0));
  await untilSaid(prompt, "no");
  vi.advanceTimersByTime(1_000);
  await cutOff;
  prompt.write(post(0));
  await untilSaid(prompt, "no");
});

test("A head that comes by drops, or not at all, is cut off", async () => {
  const open = await serve((_, response) => void response.end(), { headMs: 300 });
  const sockets = [open(), open()];
  sockets[0]!.write("GET / HTTP/1.1\r\nHost: loc");
  for (const socket of sockets) socket.resume();
  await Promise.all(sockets.map((socket) => once(socket, "close")));
});

test("An answer that nobody reads is cut off", async () => {
  let socketOf: Socket | undefined;
  const open = await serve(
    (request, response) => {
      socketOf = request.socket;
      response.end("x".repeat(30_000_000));
    },
    { idleMs: 300 },
  );
  const socket = open().pause();
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await vi.waitUntil(() => socketOf?.destroyed, { timeout: 50_000 });
});

test("Connections beyond the bound are not taken, and those within it are answered", async () => {
  const open = await serve((_, response) => void response.end("here"), { connections: 2 });
  const within = [open(), open()];
  for (const socket of within) {
    socket.write(post(0));
    await untilSaid(socket, "here");
  }
  await once(open().resume(), "close");
  within[0]!.write(post(0));
  await untilSaid(within[0]!, "here");
});
