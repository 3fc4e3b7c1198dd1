import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const PORT_MIN = 20_000;
/** From here on (Linux: 32,768) a system gives ports to connections. */
const PORT_LIMIT = 32_000;

/**
 * A free loopback port, and none that a connection could get before it is listened on: a process
 * that keeps to its port would then never start.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_LIMIT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? done(false) : fail(error),
    );
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

/**
 * Starts a program of ours in its own process group, so that a terminal's Ctrl-C reaches the
 * supervisor alone, which stops things in order.
 */
export function spawnOwn(args: string[], environment: NodeJS.ProcessEnv) {
  return spawn(process.execPath, args, {
    env: environment,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: true,
  });
}
