import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Longer names do not fit the kernel's socket address. */
const SOCKET_NAME_MAX = 100;

/**
 * Takes the lock named by a path: a listening socket, which the kernel closes with its process
 * however that ends, so that neither a kill -9 nor a process id used again can leave the lock held.
 * Resolves to undefined when another process holds it.
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const hashed = join(
    tmpdir(),
    `carillon-${createHash("sha256").update(path).digest("hex").slice(0, 16)}.lock`,
  );
  const file = Buffer.byteLength(path) <= SOCKET_NAME_MAX ? path : hashed;
  for (let attempt = 0; ; attempt++) {
    const server = createServer((socket) => socket.destroy());
    const error = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
      server.once("error", done);
      server.listen(file, () => done(undefined));
    });
    if (!error) {
      server.unref();
      return () => new Promise((done) => server.close(() => done()));
    }
    if (error.code !== "EADDRINUSE" || attempt > 3)
      throw new Error(`The lock ${file} cannot be taken: ${error.message}`);
    if (await isHeld(file)) return undefined;
    await rm(file, { force: true });
  }
}

function isHeld(file: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(file);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      done(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"),
    );
  });
}
