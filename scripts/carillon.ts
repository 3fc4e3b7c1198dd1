#!/usr/bin/env node
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * `carillon <role>`, what the image runs: one process of one role, in the foreground, logging JSON
 * lines. Each role is a program beside this one. SIGTERM ends it: web and worker drain, the others
 * end at once.
 */
const roles: Record<string, string> = {
  web: "serves pages and the API at HOST:PORT",
  worker: "sends; answers the engine at WORKER_HOST:WORKER_PORT",
  migrate: "waits for the database, brings it up to date and ends",
  "sign-in-link": "prints the first administrator's link; with an e-mail address, a link to a new password",
  health: "asks the web process or the worker that runs here whether it is well",
};
const STOPPED = 128 + 15;

const [role = "", ...rest] = process.argv.slice(2);
if (!(role in roles)) {
  const lines = Object.entries(roles).map(([name, what]) => `  ${name.padEnd(13)} ${what}`);
  console.error(`Usage: carillon <role>\n\n${lines.join("\n")}`);
  process.exit(2);
}

// The kernel gives process 1 no signal that it has not asked for. Until a role has its own way to
// stop, and where it needs none, this is it.
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(STOPPED);
  });
}

const program = join(import.meta.dirname, `${role}.mjs`);
process.argv = [process.execPath, program, ...rest];
// A user without a name has no home, and graphile-worker asks for one.
const defaults = { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", HOME: "/" };
for (const [name, value] of Object.entries(defaults)) process.env[name] ??= value;
try {
  await import(pathToFileURL(program).href);
} catch (err) {
  const { log } = await import("@/lib/log");
  log.fatal({ err }, "could not start");
  process.exit(1);
}
