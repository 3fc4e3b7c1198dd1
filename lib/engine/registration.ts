import { scheduleCrons } from "./cron";
import { parseCron } from "./cron-expression";
import { type Engine, transact } from "./engine";
import type { FunctionConfig } from "./protocol";
import { compileFunction, RefusedFunction, type RegisteredFunction } from "./registry";

/**
 * Replaces all functions of an app by those of this registration, or none of them when one is
 * refused (RefusedFunction).
 */
export async function register(
  engine: Engine,
  body: unknown,
  cronSeconds: boolean,
): Promise<{ modified: boolean }> {
  const { appName, functions } = (body ?? {}) as { appName?: unknown; functions?: unknown };
  if (typeof appName !== "string" || !appName || !Array.isArray(functions))
    throw new RefusedFunction("appName and functions are required");
  const configs = functions as FunctionConfig[];
  const compiled: RegisteredFunction[] = configs.map((config) =>
    compileFunction(appName, config, (expression) => parseCron(expression, cronSeconds)),
  );

  const before = engine.registry.functions;
  const kept = [...before.values()].filter((fn) => fn.app !== appName);
  const modified = await transact(engine, async (tx) => {
    const rows = await tx<
      { id: string; config: string }[]
    >`select id, config from engine.functions where app = ${appName}`;
    const stored = new Map(rows.map((row) => [row.id, row.config]));
    const changed =
      rows.length !== configs.length ||
      configs.some((config) => stored.get(config.id) !== JSON.stringify(config));
    if (changed) {
      await tx`delete from engine.functions where app = ${appName}`;
      for (const config of configs)
        await tx`
          insert into engine.functions (id, app, config)
          values (${config.id}, ${appName}, ${JSON.stringify(config)})
          on conflict (id) do update set app = excluded.app, config = excluded.config, updated_at = now()`;
    }
    engine.registry.functions = new Map([...kept, ...compiled].map((fn) => [fn.id, fn]));
    try {
      await scheduleCrons(engine, tx, compiled, cronSeconds);
    } catch (error) {
      engine.registry.functions = before;
      throw error;
    }
    return changed;
  });
  if (modified)
    engine.log.info({ app: appName, functions: compiled.map((fn) => fn.id) }, "engine: functions registered");
  return { modified };
}
