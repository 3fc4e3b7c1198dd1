import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import { readDispatchCreate } from "@/lib/contract/dispatches/dispatch";
import { type Locale, textOf } from "@/lib/contract/texts";
import { bodyOf, type Draft } from "./draft";

type Told = { pointer: string; detail: string };

/** The errors of a draft by the contract. Loaded on first use: time zones and schemas are large. */
export function draftErrors(draft: Draft, locale: Locale, edited?: Dispatch): Told[] {
  const now = new Date();
  const body = bodyOf(draft, now, edited);
  return readDispatchCreate(body, now).errors.map(({ pointer, code, params }) => ({
    pointer,
    // Users do not type ISO 8601: a field without a time is half filled.
    detail: textOf(
      locale,
      body[pointer.slice(1)] === "" && code === "datetime" ? "datetime_incomplete" : code,
      params,
    ),
  }));
}

/**
 * Times that are impossible however the rest is filled in. The field says so while the user types.
 * A half-typed time is no error yet.
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
 * The body of a preview: the draft without its wrong fields. The two times are sent together,
 * because one alone means nothing.
 */
export function rightPart(draft: Draft, edited?: Dispatch): Record<string, unknown> {
  // Round to the minute: "now" must not make another draft each second.
  const body = bodyOf(draft, new Date(Math.floor(Date.now() / 60_000) * 60_000), edited);
  const wrong = new Set(
    readDispatchCreate(body, new Date()).errors.map(({ pointer }) => pointer.split("/")[1] ?? ""),
  );
  const times = ["timezone", "start_datetime", "end_datetime"];
  if (times.some((field) => wrong.has(field))) for (const field of times) wrong.add(field);
  return Object.fromEntries(Object.entries(body).filter(([field]) => !wrong.has(field)));
}
