import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { readDispatchCreate } from "@/lib/contract/dispatches/dispatch";
import { type Locale, textOf } from "@/lib/contract/texts";
import { bodyOf, type Draft } from "./draft";

type Told = { pointer: string; detail: string };

/**
 * What the contract has against a draft. Loaded when it is first asked: time zones and schemas are
 * heavy.
 */
export function draftErrors(draft: Draft, locale: Locale, edited?: Dispatch): Told[] {
  const now = new Date();
  const body = bodyOf(draft, now, edited);
  return readDispatchCreate(body, now).errors.map(({ pointer, code, params }) => ({
    pointer,
    // Nobody types ISO 8601 into a form: a field that holds no time was left half filled.
    detail: textOf(
      locale,
      body[pointer.slice(1)] === "" && code === "datetime" ? "datetime_incomplete" : code,
      params,
    ),
  }));
}

/**
 * What can never be, however the rest is filled in: told at its field while somebody types. A time
 * that is half typed is not wrong yet.
 */
export function impossibleTimes(draft: Draft, locale: Locale, edited?: Dispatch): Told[] {
  const now = new Date();
  const { window } = readDispatchCreate({ ...bodyOf(draft, now, edited), message_text: "-" }, now);
  if (window)
    return window.end <= now ? [{ pointer: "/end_datetime", detail: textOf(locale, "window_closed") }] : [];
  return draftErrors(draft, locale, edited).filter(
    ({ pointer }) =>
      (pointer === "/start_datetime" || pointer === "/end_datetime") &&
      draft[pointer.slice(1) as keyof Draft] !== "",
  );
}

/**
 * The body of a preview: the draft without what is wrong in it. Times go together, since none means
 * anything alone.
 */
export function rightPart(draft: Draft, edited?: Dispatch): Record<string, unknown> {
  // To the minute: "now" is not another draft each second.
  const body = bodyOf(draft, new Date(Math.floor(Date.now() / 60_000) * 60_000), edited);
  const wrong = new Set(
    readDispatchCreate(body, new Date()).errors.map(({ pointer }) => pointer.split("/")[1] ?? ""),
  );
  const times = ["timezone", "start_datetime", "end_datetime"];
  if (times.some((field) => wrong.has(field))) for (const field of times) wrong.add(field);
  return Object.fromEntries(Object.entries(body).filter(([field]) => !wrong.has(field)));
}
