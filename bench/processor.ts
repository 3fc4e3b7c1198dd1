import { readdirSync, readFileSync } from "node:fs";

/**
 * Linux counts processor time in hundredths of a second, whatever the kernel's own tick is
 * (proc(5), USER_HZ).
 */
const TICK_US = 10_000;

interface Times {
  parent: number;
  ownUs: number;
  /** Of children that have ended. */
  endedUs: number;
}

function timesOf(pid: number): Times | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const us = (...at: number[]) => at.reduce((sum, i) => sum + Number(fields[i]) * TICK_US, 0);
    return { parent: Number(fields[1]), ownUs: us(11, 12), endedUs: us(13, 14) };
  } catch {
    return undefined;
  }
}

/**
 * Processor time that a process and its children have taken, in microseconds. 0 where there is no
 * /proc.
 */
export function processorUs(pid: number): number {
  const own = timesOf(pid);
  if (!own) return 0;
  let sum = own.ownUs + own.endedUs;
  for (const name of readdirSync("/proc")) {
    const times = /^\d+$/.test(name) ? timesOf(Number(name)) : undefined;
    if (times?.parent === pid) sum += times.ownUs;
  }
  return sum;
}

export const parentOf = (pid: number): number => timesOf(pid)?.parent ?? 0;
