import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/**
 * The first of those that are there is taken: one without windows takes half of the processor's
 * time.
 */
const NAMES = [
  ...["chromium-headless-shell", "chromium", "chromium-browser"],
  ...["google-chrome", "google-chrome-stable"],
];
/** What Debian calls it; the second has been there for longer. */
const PACKAGES = ["chromium-headless-shell", "chromium"];
const INSTALL_MS_MAX = 5 * 60_000;

/**
 * Where the browser tests find a browser: one that is installed, else Debian's by apt, else
 * Playwright's own. Each try is bounded in time, and says what it does. Throws when there is
 * none.
 */
export async function findBrowser(say: (line: string) => void): Promise<string | undefined> {
  const installed = onPath();
  if (installed) {
    say(`Browser: ${installed}, which is installed.`);
    return installed;
  }
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    say("Browser: none is installed; trying Debian's …");
    const apt = (...args: string[]) =>
      run("apt-get", args, {
        timeout: INSTALL_MS_MAX,
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        maxBuffer: 2 ** 26,
      });
    await apt("update", "-qq").catch(() => {});
    for (const name of PACKAGES) {
      if (onPath()) break;
      await apt("install", "-y", "-qq", "--no-install-recommends", name).catch((error: Error) =>
        say(`apt-get could not install ${name}: ${error.message.split("\n")[0]}`),
      );
    }
    const fromDebian = onPath();
    if (fromDebian) {
      say(`Browser: ${fromDebian}, from Debian.`);
      return fromDebian;
    }
  }
  say("Browser: trying Playwright's own …");
  const cli = join(import.meta.dirname, "..", "node_modules", "@playwright", "test", "cli.js");
  await run(process.execPath, [cli, "install", "--with-deps", "--only-shell", "chromium"], {
    timeout: INSTALL_MS_MAX,
    maxBuffer: 2 ** 26,
  });
  say("Browser: Playwright's own.");
  return undefined;
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
}
