import { Client, type Dispatcher, Pool } from "undici";

/**
 * What the hardware can do: the same requests at the same concurrency and nothing else. argv: url,
 * count, connections, how many of them are not counted, client. `pool` is the loop that anybody
 * would write: undici's `Pool`, a `request()` a message. `dispatch` is the client as Carillon's
 * gateway uses it, which costs less: a `Client` a connection, and one handler for all of its
 * answers. Reports the processor time a message takes, in microseconds.
 */
const url = process.argv[2]!;
const [count, connections, warmUp] = process.argv.slice(3, 6).map(Number) as [number, number, number];
const headers = { "content-type": "application/json", accept: "application/json" };
let next = 0;
let before = process.cpuUsage();

/** Undefined: there is none left. */
function nextRequest():
  | { method: "POST"; path: string; headers: Record<string, string>; body: string }
  | undefined {
  if (next >= count) return undefined;
  const id = next++;
  if (id === warmUp) before = process.cpuUsage();
  return {
    method: "POST",
    path: `/v1/send/${id}`,
    headers,
    body: `{"id":${id},"phone":${79_000_000_000 + id},"text":"hello"}`,
  };
}

async function loopByPool(): Promise<() => Promise<void>> {
  const pool = new Pool(url, { connections, pipelining: 1 });
  const loop = async () => {
    for (let request = nextRequest(); request; request = nextRequest()) {
      const answer = await pool.request(request);
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  return () => pool.close();
}

/** The next request goes out within the call that ends one, as in lib/gateways/connections.ts. */
class Connection implements Dispatcher.DispatchHandler {
  readonly client = new Client(url, { pipelining: 1, keepAliveTimeout: 30_000 });
  private resolve = () => {};
  private reject = (_: Error) => {};

  loop(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.post();
    });
  }

  private post(): void {
    const request = nextRequest();
    if (request) this.client.dispatch(request, this);
    else this.resolve();
  }

  onConnect(): void {}

  onHeaders(): boolean {
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    this.post();
  }

  onError(error: Error): void {
    this.reject(error);
  }
}

async function loopByDispatch(): Promise<() => Promise<void>> {
  const all = Array.from({ length: connections }, () => new Connection());
  await Promise.all(all.map((connection) => connection.loop()));
  return async () => {
    await Promise.all(all.map(({ client }) => client.close()));
  };
}

const close = await (process.argv[6] === "dispatch" ? loopByDispatch() : loopByPool());
const { user, system } = process.cpuUsage(before);
process.send!({ processorUs: (user + system) / (count - warmUp) });
await close();
process.disconnect();
