import { createServer, type Socket } from "node:net";
import { buildConnector } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { listen, serveHttp } from "@/test/support/http-server";
import { CONNECT_MS_MAX, Connection } from "./connection";
import { Connections } from "./connections";
import type { HandOver, Outcome } from "./gateway";
import { outcomeOf } from "./outcome";

type Options = Partial<ConstructorParameters<typeof Connections>[1]>;

/** One connection: what does not give it back leaves nothing to send the next message on. */
function connect(url: string, options: Options = {}): Connections {
  const connections = new Connections(new URL(url), {
    connectionsMax: 1,
    timeoutMs: 10_000,
    judge: outcomeOf,
    ...options,
  });
  onTestFinished(() => connections.close());
  return connections;
}

/** @param tell hears of every end, of which there must be one */
function post(
  connections: Connections,
  tell: (outcome: Outcome) => void = () => {},
  isPaced = false,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const handOver: HandOver = {
      message: { id: "1", phone: "+79161234567", text: "", validUntilMs: 0, validForMs: 0 },
      isPaced,
      go: () => true,
      over(outcome) {
        tell(outcome);
        resolve(outcome);
      },
    };
    connections.post({ path: "/", headers: {}, body: "{}" }, handOver);
  });
}

test.each([
  ["whose body is wanted", true, [1, 65_536]],
  ["whose status says all", false, [0, 0]],
])(
  "Of an answer %s that is too long, no more than 64 KB is kept, and its end is not waited for",
  async (_, wantsBody, [least, most]) => {
    const kept: number[] = [];
    let calls = 0;
    const port = await serveHttp((_, response) => {
      response.writeHead(200);
      if (calls++ === 0) response.write(Buffer.alloc(100_000));
      else response.end();
    });
    const connections = connect(`http://127.0.0.1:${port}`, {
      wantsBody,
      judge(answer) {
        kept.push(answer.body.length);
        return outcomeOf(answer);
      },
    });
    const startedMs = performance.now();
    expect(await post(connections)).toEqual({ kind: "accepted" });
    expect(
      performance.now() - startedMs,
      "milliseconds; a body that only never ends is given one second",
    ).toBeLessThan(900);
    expect(kept[0]).toBeGreaterThanOrEqual(least!);
    expect(kept[0]).toBeLessThanOrEqual(most!);
    expect(await post(connections)).toEqual({ kind: "accepted" });
    expect(kept[1]).toBe(0);
  },
);

test("How long an answer may be is counted for each, also on one connection", async () => {
  const kept: number[] = [];
  const port = await serveHttp((_, response) => response.end("x".repeat(40_000)));
  const connections = connect(`http://127.0.0.1:${port}`, {
    wantsBody: true,
    judge(answer) {
      kept.push(answer.body.length);
      return outcomeOf(answer);
    },
  });
  for (let i = 0; i < 3; i++) await post(connections);
  expect(kept).toEqual([40_000, 40_000, 40_000]);
});

test("A client that neither answers nor fails after it wrote leaves it unknown, said once, and another takes its place", async () => {
  let calls = 0;
  const port = await serveHttp((_, response) => {
    if (calls++ > 0) response.end();
  });
  const connections = connect(`http://127.0.0.1:${port}`, { stuckMs: 300 });
  const told: Outcome[] = [];
  expect(await post(connections, (outcome) => told.push(outcome))).toEqual({
    kind: "unknown",
    code: "timeout",
  });
  expect(await post(connections)).toEqual({ kind: "accepted" });
  expect(told).toHaveLength(1);
});

test("A client that is stuck before it wrote has surely sent nothing, and another takes its place", async () => {
  let opened = 0;
  // It takes connections and never answers to TLS.
  const port = await listen(
    createServer((socket) => {
      opened++;
      socket.on("error", () => {});
    }),
  );
  const connections = connect(`https://127.0.0.1:${port}`, { stuckMs: 300 });
  for (let i = 0; i < 2; i++)
    expect(await post(connections)).toEqual({ kind: "deferred", code: "unreachable" });
  expect(opened).toBe(2);
});

const postPaced = (connections: Connections) => post(connections, () => {}, true);

/** Posts until it is not withheld. */
async function untilItGoes(connections: Connections): Promise<Outcome> {
  for (;;) {
    const outcome = await postPaced(connections);
    if (outcome.kind !== "withheld") return outcome;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server that counts its connections, and what has become of them. */
async function counted(answer = true) {
  const seen = { opened: 0, closed: 0, sockets: [] as Socket[] };
  const port = await listen(
    createServer((socket) => {
      seen.opened++;
      seen.sockets.push(socket);
      socket.on("error", () => {}).on("close", () => seen.closed++);
      socket.on("data", () => answer && socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    }),
  );
  return { seen, url: `http://127.0.0.1:${port}` };
}

/** The test's own time-out is the limit. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("A paced message goes on a connection that is open already: without one it is withheld, and one is opened for the next", {
  timeout: 30_000,
}, async () => {
  const { seen, url } = await counted();
  const connections = connect(url);
  expect(await postPaced(connections)).toEqual({ kind: "withheld" });
  expect(await untilItGoes(connections)).toEqual({ kind: "accepted" });
  expect(await postPaced(connections)).toEqual({ kind: "accepted" });
  expect(seen.opened).toBe(1);
});

test("As many connections as paced messages will need are opened ahead, and not once more while they are there", {
  timeout: 30_000,
}, async () => {
  const { seen, url } = await counted(false);
  const connections = connect(url, { connectionsMax: 5 });
  connections.prepare(3);
  await until(() => seen.opened === 3);
  const answers = [1, 2, 3].map(() => untilItGoes(connections));
  await until(() => seen.sockets.filter((socket) => socket.bytesRead > 0).length === 3);
  connections.prepare(3);
  for (const socket of seen.sockets) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
  expect(await Promise.all(answers)).toEqual([1, 2, 3].map(() => ({ kind: "accepted" })));
  expect(seen.opened).toBe(3);
});

test("What keeps connections from being opened is what a paced message hears", {
  timeout: 30_000,
}, async () => {
  const connections = connect("http://127.0.0.1:1");
  connections.prepare(1);
  expect(await untilItGoes(connections)).toEqual({ kind: "deferred", code: "unreachable" });
});

test("A connection that was opened ahead and is closed from the other side takes no paced message, nor does one that lay idle for seconds", {
  timeout: 30_000,
}, async () => {
  const { seen, url } = await counted();
  const connections = connect(url);
  connections.prepare(1);
  await until(() => seen.opened === 1);
  seen.sockets[0]!.end();
  await until(() => seen.closed === 1);
  expect(await postPaced(connections)).toEqual({ kind: "withheld" });
  await until(() => seen.opened === 2);
  await until(() => seen.closed === 2);
  expect(await postPaced(connections)).toEqual({ kind: "withheld" });
});

test("What is handed over in the moment in which an idle connection is closed goes on a new one", {
  timeout: 30_000,
}, async () => {
  const { seen, url } = await counted();
  const connection = new Connection(
    new URL(url),
    { timeoutMs: 10_000, judge: outcomeOf },
    {
      connector: buildConnector({ timeout: CONNECT_MS_MAX }),
      opened: () => {},
      release: () => {},
      retire: () => {},
    },
  );
  onTestFinished(() => connection.close());
  const open = connection.open.bind(connection);
  let asked = 0;
  connection.open = () => {
    // It would go on for ever, and no time-out of a test would be heard.
    if (++asked > 10) throw new Error("undici is given the closed socket again and again");
    return open();
  };
  // It has been closed, and the event that says so is still to come.
  (await connection.open()).destroy();
  const outcome = await new Promise<Outcome>((over) => {
    connection.post(
      { path: "/", headers: {}, body: "{}" },
      {
        message: { id: "1", phone: "+79161234567", text: "", validUntilMs: 0, validForMs: 0 },
        isPaced: false,
        go: () => true,
        over,
      },
    );
  });
  expect(outcome).toEqual({ kind: "accepted" });
  expect(seen.opened).toBe(2);
});
