import { within } from "@/lib/common/within";

/**
 * `carillon health [web | worker]`: is what runs in this container well? Without a name, whichever
 * of the two answers here. It loads nothing, not even the settings, for it runs every few seconds.
 */
const TIMEOUT_MS = 4_000;

const { PORT = "3000", HOST = "127.0.0.1", WORKER_PORT = "0", WORKER_HOST = "127.0.0.1" } = process.env;
const addresses: Record<string, string> = {
  web: `http://${here(HOST)}:${PORT}/readyz`,
  worker: `http://${here(WORKER_HOST)}:${WORKER_PORT}/healthz`,
};
const [name] = process.argv.slice(2);
const asked = name === undefined ? Object.keys(addresses) : [name];
const answers = await Promise.all(asked.map((role) => ask(addresses[role] ?? "")));
const faults = answers.filter((answer) => answer !== "well");
// Nobody listens there: another role's container, when no name was given.
const isWell = answers.includes("well") && faults.every((fault) => fault === "ECONNREFUSED");
if (!isWell) console.error(asked.map((role, i) => `${role}: ${answers[i]}`).join(", "));
process.exit(isWell ? 0 : 1);

/** What listens everywhere listens here, and only here is asked. */
function here(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function ask(url: string): Promise<string> {
  try {
    const answer = await within(TIMEOUT_MS, fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }));
    return answer.ok ? "well" : `HTTP ${answer.status}`;
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).message;
  }
}
