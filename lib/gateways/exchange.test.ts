import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { listen, serveHttp } from "@/test/http-server";
import { Connections, outcomeOf } from "./exchange";
import type { HandOver, Outcome } from "./gateway";

type Options = Partial<ConstructorParameters<typeof Connections>[1]>;

/** One connection: what does not give it back leaves nothing to send the next message on. */
function connect(url: string, options: Options = {}): Connections {
  const connections = new Connections(new URL(url), { connectionsMax: 1, timeoutMs: 10_000, judge: outcomeOf, ...options });
  onTestFinished(() => connections.close());
  return connections;
}

/** @param tell hears of every end, of which there must be one */
function post(connections: Connections, tell: (outcome: Outcome) => void = () => {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const handOver: HandOver = {
      message: { id: "1", phone: "+79161234567", text: "" },
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
])("Of an answer %s that is too long, no more than 64 KB is kept, and its end is not waited for", async (_, wantsBody, [least, most]) => {
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
  expect(performance.now() - startedMs, "milliseconds; a body that only never ends is given one second").toBeLessThan(900);
  expect(kept[0]).toBeGreaterThanOrEqual(least!);
  expect(kept[0]).toBeLessThanOrEqual(most!);
  expect(await post(connections)).toEqual({ kind: "accepted" });
  expect(kept[1]).toBe(0);
});

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
  expect(await post(connections, (outcome) => told.push(outcome))).toEqual({ kind: "unknown", code: "timeout" });
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
  for (let i = 0; i < 2; i++) expect(await post(connections)).toEqual({ kind: "deferred", code: "unreachable" });
  expect(opened).toBe(2);
});
