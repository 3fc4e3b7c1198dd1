import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";

/**
 * The gateway the benchmarks send to, in a process of its own: answers 200 at once and notes what
 * came when. It reads just enough of HTTP to know where a request ends, so that what is measured is
 * the senders and not this. A second port is asked for what came: `GET /log` gives the arrivals
 * since the last `GET /log` as [id, milliseconds since the epoch, milliseconds since it had looked
 * before]; `GET /count` how many there are; `GET /latency/80` has it answer 80 ms later from then
 * on. What is sent to `/hang` is neither answered nor noted.
 */
let log: [string, number, number][] = [];
const { timeOrigin } = performance;
let lookedMs = 0;
setInterval(() => {
  lookedMs = timeOrigin + performance.now();
}, 5);
let latencyMs = 0;
const ANSWER = Buffer.from(
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=60\r\n\r\n",
  "latin1",
);

/** Takes the whole requests at the front of `text`, answers them. @returns what is left */
function takeRequests(socket: Socket, text: string): string {
  for (;;) {
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) return text;
    const at = text.indexOf("content-length: ");
    const length = at >= 0 && at < headEnd ? Number.parseInt(text.slice(at + 16, at + 24), 10) : 0;
    const end = headEnd + 4 + length;
    if (text.length < end) return text;
    const pathEnd = text.indexOf(" ", 5);
    if (text.startsWith("/hang/", 5)) return text.slice(end);
    const atMs = timeOrigin + performance.now();
    log.push([text.slice(text.lastIndexOf("/", pathEnd) + 1, pathEnd), atMs, atMs - lookedMs]);
    if (latencyMs > 0) setTimeout(() => socket.write(ANSWER), latencyMs);
    else socket.write(ANSWER);
    text = text.slice(end);
  }
}

const gateway = createServer({ noDelay: true }, (socket) => {
  let rest = "";
  socket.on("data", (data) => {
    rest = takeRequests(socket, rest + data.toString("latin1"));
  });
  socket.on("error", () => {});
});
const questions = createHttpServer((request, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  if (request.url!.startsWith("/latency/")) {
    latencyMs = Number(request.url!.slice("/latency/".length));
    return void response.end("0");
  }
  if (request.url === "/count") return void response.end(String(log.length));
  response.end(JSON.stringify(log));
  log = [];
});
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
gateway.listen(0, "127.0.0.1", () =>
  questions.listen(0, "127.0.0.1", () =>
    process.send!({ gateway: portOf(gateway), questions: portOf(questions) }),
  ),
);
process.on("disconnect", () => process.exit(0));
