import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..");

/**
 * Applies `patches/` to the packages that are installed. `npm ci` does so, too; after `npm ci
 * --ignore-scripts` nobody has. What is patched already stays as it is. To be called before
 * anything imports a patched package. Throws when a patch does not fit.
 * @param folder where `patches` and `node_modules` are
 */
export async function applyPatches(folder = root): Promise<void> {
  const patchPackage = join(root, "node_modules", "patch-package", "index.js");
  try {
    await promisify(execFile)(process.execPath, [patchPackage, "--error-on-fail"], { cwd: folder });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(
      `The patches of ./patches do not fit the packages that are installed. Run "npm ci" again.\n${stderr || message}`,
    );
  }
}
