import type { Sql } from "postgres";
import { parseDuration } from "./duration";
import { compileCondition, compileKey, parseMatch } from "./expression";
import type { ConcurrencyOption, FunctionConfig } from "./protocol";

/** A registered function, its expressions compiled. */
export interface RegisteredFunction {
  id: string;
  app: string;
  url: string;
  /** Attempts of every step before it fails for good. */
  maxAttempts: number;
  events: { name: string; matches: (scope: { event: unknown }) => boolean }[];
  crons: string[];
  concurrency: { limit: number; key: (scope: { event: unknown }) => string }[];
  throttle?: { limit: number; periodMs: number; burst: number; key: (scope: { event: unknown }) => string };
  cancels: { event: string; match?: { event: string; async: string } }[];
}

/**
 * Every registered function, in memory. One engine lives per database, so this copy cannot go
 * stale.
 */
export interface Registry {
  functions: Map<string, RegisteredFunction>;
}

const DEFAULT_RETRIES = 4;
const KNOWN = new Set(["id", "name", "triggers", "steps", "concurrency", "throttle", "cancel"]);

/** A configuration the engine cannot honour. Its message names the function and the setting. */
export class RefusedFunction extends Error {}

/**
 * Compiles a function's configuration, or throws RefusedFunction: what the engine cannot do it must
 * not pretend to do.
 */
export function compileFunction(
  app: string,
  config: FunctionConfig,
  checkCron: (expression: string) => void,
): RegisteredFunction {
  const refuse = (what: string): never => {
    throw new RefusedFunction(`${config.id}: the embedded engine does not support ${what}`);
  };
  const compile = <T>(what: string, make: () => T): T => {
    try {
      return make();
    } catch (error) {
      return refuse(`${what}: ${(error as Error).message}`);
    }
  };

  for (const [setting, value] of Object.entries(config))
    if (value !== undefined && value !== null && !KNOWN.has(setting)) refuse(setting);
  const runtime = config.steps?.step?.runtime;
  if (runtime?.type !== "http") refuse(`the runtime "${runtime?.type}"`);
  compile("url", () => new URL(runtime.url));

  const fn: RegisteredFunction = {
    id: config.id,
    app,
    url: runtime.url,
    maxAttempts: (config.steps.step.retries?.attempts ?? DEFAULT_RETRIES) + 1,
    events: [],
    crons: [],
    concurrency: [],
    cancels: [],
  };
  for (const trigger of config.triggers ?? []) {
    if ("cron" in trigger) {
      if (trigger.jitter) refuse("cron jitter");
      compile("cron", () => checkCron(trigger.cron));
      fn.crons.push(trigger.cron);
    } else {
      if (trigger.event.includes("*")) refuse(`wildcards in event names (${trigger.event})`);
      const { expression } = trigger;
      fn.events.push({
        name: trigger.event,
        matches: expression ? compile("trigger if", () => compileCondition(expression)) : () => true,
      });
    }
  }
  for (const option of concurrencyOptions(config.concurrency)) {
    if (option.scope && option.scope !== "fn") refuse(`concurrency scope "${option.scope}"`);
    if (!Number.isInteger(option.limit) || option.limit < 0) refuse(`concurrency limit ${option.limit}`);
    // As on a real server, 0 means no limit.
    const { key } = option;
    if (option.limit > 0)
      fn.concurrency.push({
        limit: option.limit,
        key: key ? compile("concurrency key", () => compileKey(key)) : () => "",
      });
  }
  if (config.throttle) {
    const { limit, period, burst = 1, key } = config.throttle;
    const periodMs = parseDuration(period);
    if (!periodMs || !(limit >= 1) || !(burst >= 1))
      refuse(`throttle limit ${limit}, period "${period}", burst ${burst}`);
    fn.throttle = {
      limit,
      periodMs: periodMs!,
      burst,
      key: key ? compile("throttle key", () => compileKey(key)) : () => "",
    };
  }
  for (const cancel of config.cancel ?? []) {
    if (cancel.timeout) refuse("cancelOn timeout");
    const condition = cancel.if;
    fn.cancels.push({
      event: cancel.event,
      match: condition ? compile("cancelOn if", () => parseMatch(condition)) : undefined,
    });
  }
  return fn;
}

/**
 * Reads the functions that earlier registrations left, so that a restarted engine goes on before
 * any SDK has called.
 */
export async function loadRegistry(sql: Sql, checkCron: (expression: string) => void): Promise<Registry> {
  const rows = await sql<{ app: string; config: string }[]>`select app, config from engine.functions`;
  const functions = rows.map((row) => compileFunction(row.app, JSON.parse(row.config), checkCron));
  return { functions: new Map(functions.map((fn) => [fn.id, fn])) };
}

function concurrencyOptions(value: FunctionConfig["concurrency"]): ConcurrencyOption[] {
  if (value === undefined || value === null) return [];
  if (typeof value === "number") return [{ limit: value }];
  return Array.isArray(value) ? value : [value];
}
