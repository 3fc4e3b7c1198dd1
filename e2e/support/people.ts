import { expect } from "@playwright/test";
import { call } from "./api";

/**
 * Those who are sent to so slowly that a dispatch to them still runs when its test ends, on however
 * busy a machine.
 */
export const patient = { tag: "Patient", count: 300 };
/** Those who are sent to at once: one of each operator of the demo data. */
export const few = { tag: "Few", count: 4 };

/** Adds them to the demo data. */
export async function addPeople(): Promise<void> {
  await call("POST", "/api/v1/operators/", {
    code: "slow",
    name: "Slow",
    rate_per_second: 1,
    prefixes: ["7998"],
  });
  for (const { tag } of [patient, few]) await call("POST", "/api/v1/tags/", { name: tag });
  const rows = [
    ...Array.from({ length: patient.count }, (_, i) => `+7998${String(i).padStart(7, "0")},${patient.tag}`),
    ...["7910", "7920", "7903", "7900"].map((prefix) => `+${prefix}0000000,${few.tag}`),
  ];
  await importFile(["phone,tags", ...rows].join("\n"));
}

async function importFile(text: string): Promise<void> {
  const answer = await call("POST", "/api/v1/recipients/import/", text, { "content-type": "text/csv" });
  const { id } = await answer.json();
  const state = async () => (await call("GET", `/api/v1/imports/${id}/`)).json();
  await expect.poll(async () => (await state()).status).toBe("completed");
  expect((await state()).rejected).toBe(0);
}
