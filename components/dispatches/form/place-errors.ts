import type { Draft } from "./draft";

const ofWindow = new Set(["timezone", "start_datetime", "end_datetime"]);

/**
 * Splits errors into those of a field of the form and the rest, which the form shows as a whole: no
 * error may get lost.
 */
export function placeErrors(errors: { pointer: string; detail: string }[], draft: Draft) {
  const placed: { field: keyof Draft; detail: string }[] = [];
  const rest: string[] = [];
  for (const { pointer, detail } of errors) {
    const [, named = ""] = pointer.split("/");
    // The form computes these from the day, so the user corrects the day.
    const field = draft.own_day && ofWindow.has(named) ? "own_day" : named;
    // `start` belongs to the form: the contract has no such field.
    if (field !== "start" && Object.hasOwn(draft, field))
      placed.push({ field: field as keyof Draft, detail });
    else rest.push(detail);
  }
  // The contract has its own order of errors. We use the order of the fields, from top to bottom.
  const order = Object.keys(draft);
  placed.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return { placed, rest };
}
