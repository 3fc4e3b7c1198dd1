import type { Draft } from "./draft";

/**
 * Which errors belong to a field of the form, and what the others say: an error that no field shows
 * must not be lost.
 */
export function placeErrors(errors: { pointer: string; detail: string }[], draft: Draft) {
  const placed: { field: keyof Draft; detail: string }[] = [];
  const rest: string[] = [];
  for (const { pointer, detail } of errors) {
    const [, field = ""] = pointer.split("/");
    // `start` is the form's own switch: the contract has no such field.
    if (field !== "start" && Object.hasOwn(draft, field))
      placed.push({ field: field as keyof Draft, detail });
    else rest.push(detail);
  }
  // The contract tells them in its own order; who reads the form goes from its top to its bottom,
  // as the draft's fields do.
  const order = Object.keys(draft);
  placed.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return { placed, rest };
}
