import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** A free loopback port. */
export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
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
