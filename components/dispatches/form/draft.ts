import { everybody, filledPart, isExpression } from "@/components/audience/expression/expression";
import type { WholeExpression } from "@/lib/contract/audience/expression";
import type { Dispatch } from "@/lib/contract/dispatches/dispatch";
import type { Template } from "@/lib/contract/dispatches/prepared";
import type { Hours, Weekday } from "@/lib/domain/daily-hours";
import { isTimeZone, knownZone } from "@/lib/domain/time-zone";
import { sentText, typedText } from "./notation";
import { isOwnDay, type OwnDay, ownDayOf } from "./own-day";

/** The content of the form: texts as typed, and times as wall time in the dispatch's zone. */
export interface Draft {
  /** The name of the dispatch, and of the draft that stores it. */
  name: string;
  message_text: string;
  /** True when `{{` begins a placeholder; false when braces are braces. */
  personal: boolean;
  /** For a personal text: recipients whose text is longer are skipped. */
  max_segments: number | null;
  filter_mobile_operator_code: string | null;
  filter_tag: string | null;
  sender: string | null;
  /** Replaces the filters when it is set. */
  audience: WholeExpression | null;
  timezone: string;
  /** `now`, or at `start_datetime`. */
  start: "now" | "at";
  /** `YYYY-MM-DDTHH:mm`, wall time. */
  start_datetime: string;
  end_datetime: string;
  /** When set, the window is that of one local day, and not the times above. */
  own_day: OwnDay | null;
  /** The hours by each recipient's local time. */
  local_time: Hours | null;
  ignore_quiet_hours: boolean;
}

const DRAFT_KEY = "carillon-draft";

/**
 * The draft that this browser kept. Undefined when it cannot be read, or names a zone that this
 * browser does not know.
 */
export function readDraft(kept: string | null, empty: Draft): Draft | undefined {
  try {
    const read: unknown = JSON.parse(kept ?? "");
    if (typeof read !== "object" || read === null) return undefined;
    const draft = { ...empty, ...read };
    const texts = [draft.name, draft.message_text, draft.timezone, draft.start_datetime, draft.end_datetime];
    const choices = [draft.filter_mobile_operator_code, draft.filter_tag, draft.sender];
    const isWhole =
      texts.every((text) => typeof text === "string") &&
      isTimeZone(draft.timezone) &&
      choices.every((choice) => choice === null || typeof choice === "string") &&
      typeof draft.personal === "boolean" &&
      (draft.max_segments === null || Number.isInteger(draft.max_segments)) &&
      (draft.audience === null || isExpression(draft.audience)) &&
      isHours(draft.local_time) &&
      isOwnDay(draft.own_day) &&
      typeof draft.ignore_quiet_hours === "boolean" &&
      (draft.start === "now" || draft.start === "at");
    return isWhole ? draft : undefined;
  } catch {
    return undefined;
  }
}

function isHours(value: unknown): boolean {
  if (value === null) return true;
  const { from, to, days, unknown_zone } = Object(value) as Record<string, unknown>;
  return [from, to, unknown_zone].every((text) => typeof text === "string") && Array.isArray(days);
}

/** The draft of this browser, or a new one. Without storage it is always a new one. */
export function keptDraft(timeZone: string): Draft {
  const empty = emptyDraft(timeZone);
  try {
    return readDraft(localStorage.getItem(DRAFT_KEY), empty) ?? empty;
  } catch {
    return empty;
  }
}

/** Reads a draft of the server. A field that this form cannot read is as in `empty`. */
export function draftFrom(content: Record<string, unknown>, empty: Draft): Draft {
  const zone = typeof content.timezone === "string" ? knownZone(content.timezone) : empty.timezone;
  const text = typeof content.message_text === "string" ? content.message_text : "";
  return readDraft(JSON.stringify({ ...content, timezone: zone }), empty) ?? { ...empty, message_text: text };
}

/** Keeps the draft in this browser; undefined forgets it. */
export function keepDraft(draft: Draft | undefined): void {
  try {
    if (draft) localStorage.setItem(DRAFT_KEY, JSON.stringify(draft));
    else localStorage.removeItem(DRAFT_KEY);
  } catch {
    // Storage is full or forbidden: the form works without it.
  }
}

/**
 * The wall time of an instant in a zone, to the minute; in UTC when this browser does not know the
 * zone.
 */
export function wallTime(instant: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: knownZone(timeZone),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).format(instant);
  return parts.replace(" ", "T");
}

/** Moves wall time by minutes, ignoring clock changes: the contract handles those. */
export function addMinutes(wall: string, minutes: number): string {
  return new Date(Date.parse(`${wall}Z`) + minutes * 60_000).toISOString().slice(0, 16);
}

export const dayAfter = (day: string): string => addMinutes(`${day}T00:00`, 1_440).slice(0, 10);

/** Time to write a text and look it over. */
const START_MINUTES_MIN = 15;

/** A new draft: starts at the next full hour that is not too near, ends three hours after that. */
export function emptyDraft(timeZone: string, now = new Date()): Draft {
  const start = `${addMinutes(wallTime(now, timeZone), START_MINUTES_MIN + 60).slice(0, 14)}00`;
  return {
    name: "",
    message_text: "",
    personal: false,
    max_segments: null,
    filter_mobile_operator_code: null,
    filter_tag: null,
    sender: null,
    audience: null,
    timezone: timeZone,
    start: "at",
    start_datetime: start,
    end_datetime: addMinutes(start, 180),
    own_day: null,
    local_time: null,
    ignore_quiet_hours: false,
  };
}

/** The draft that makes this dispatch. */
export function draftOf(dispatch: Dispatch): Draft {
  const timezone = knownZone(dispatch.timezone);
  return {
    name: dispatch.name ?? "",
    // Dispatches from before there were placeholders go out unchanged.
    ...(dispatch.personal
      ? typedText(dispatch.message_text)
      : { message_text: dispatch.message_text, personal: false }),
    max_segments: dispatch.max_segments,
    filter_mobile_operator_code: dispatch.filter_mobile_operator_code,
    filter_tag: dispatch.filter_tag,
    sender: dispatch.sender,
    audience: dispatch.audience,
    timezone,
    start: "at",
    start_datetime: wallTime(new Date(dispatch.start_datetime), timezone),
    end_datetime: wallTime(new Date(dispatch.end_datetime), timezone),
    own_day: ownDayOf(dispatch),
    local_time: dispatch.local_time,
    ignore_quiet_hours: dispatch.ignore_quiet_hours,
  };
}

/** The part of a dispatch that a template fills in. */
export const ofTemplate = (template: Template) => ({
  ...typedText(template.message_text),
  max_segments: template.max_segments,
  filter_mobile_operator_code: template.filter_mobile_operator_code,
  filter_tag: template.filter_tag,
  sender: template.sender,
});

const DAY_MS = 86_400_000;
const dayOf = (wall: string) => Date.parse(`${wall.slice(0, 10)}Z`);

/**
 * A draft that duplicates a dispatch, at the same hours of tomorrow, or of the day after its own if
 * that is later. Never now.
 */
export function likeOf(dispatch: Dispatch, now: Date): Draft {
  const draft = draftOf(dispatch);
  const own = dayOf(draft.start_datetime);
  const next = (day: number) => Math.max(dayOf(wallTime(now, draft.timezone)), day) + DAY_MS;
  const minutes = (next(own) - own) / 60_000;
  return {
    ...draft,
    own_day: draft.own_day && {
      day: new Date(next(dayOf(draft.own_day.day))).toISOString().slice(0, 10),
      past: null,
    },
    start_datetime: addMinutes(draft.start_datetime, minutes),
    end_datetime: addMinutes(draft.end_datetime, minutes),
  };
}

/**
 * A draft with the same text for the recipients whom a dispatch has not reached. Its filters become
 * an audience, by name.
 */
export function unreachedOf(
  dispatch: Dispatch,
  now: Date,
  names: { tag: string | undefined; operator: string | undefined },
): Draft {
  const audience = dispatch.audience ?? {
    ...everybody,
    tags: { ...everybody.tags, all: names.tag ? [names.tag] : [] },
    operators: names.operator ? [names.operator] : [],
  };
  return {
    ...likeOf(dispatch, now),
    filter_tag: null,
    filter_mobile_operator_code: null,
    audience: { ...audience, exclude_dispatches: [...audience.exclude_dispatches, dispatch.id] },
  };
}

/** The window of a day in local time, computed from the zones of the audience. */
export interface DayWindow {
  start: Draft["start"];
  start_datetime: string;
  end_datetime: string;
  days: Weekday[];
}

/** Fills in the window of the day. Before the window is known, the draft has no times. */
export function withWindow(draft: Draft, window: DayWindow | undefined): Draft {
  if (!draft.own_day || !draft.local_time) return draft;
  if (!window) return { ...draft, start: "at", start_datetime: "", end_datetime: "" };
  const { days, ...times } = window;
  return { ...draft, ...times, local_time: { ...draft.local_time, days } };
}

const times = ["start_datetime", "end_datetime"] as const;

/**
 * The body of the call for a draft. `now` becomes an instant when it is sent, not when it is typed.
 * An edited dispatch keeps its own times when the user has not changed them: with their seconds,
 * and with the hour that was meant of one that comes twice.
 */
export function bodyOf(draft: Draft, now: Date, edited?: Dispatch): Record<string, unknown> {
  const { start, audience, name, personal, own_day: _, ...others } = draft;
  const fields = {
    ...{ ...others, name: name.trim() || null, message_text: sentText(draft) },
    max_segments: personal ? draft.max_segments : null,
  };
  const body: Record<string, unknown> = audience
    ? { ...fields, filter_mobile_operator_code: null, filter_tag: null, audience: filledPart(audience) }
    : { ...fields, ...(edited?.audience && { audience: null }) };
  if (edited) {
    const drawn = draftOf(edited);
    if (sentText(draft) === sentText(drawn)) body.message_text = edited.message_text;
    if (drawn.timezone === draft.timezone)
      for (const time of times) if (draft[time] === drawn[time]) body[time] = edited[time];
  }
  return start === "now" ? { ...body, start_datetime: now.toISOString() } : body;
}

/**
 * The changes of a draft to the edited dispatch. Fields that the user did not touch are not sent.
 * Times are sent with their zone.
 */
export function changesOf(draft: Draft, now: Date, edited: Dispatch): Record<string, unknown> {
  const drawn = draftOf(edited);
  const isMoved = draft.timezone !== drawn.timezone;
  const isChanged = (field: string) =>
    !isSame(draft[field as keyof Draft], drawn[field as keyof Draft]) ||
    (draft.personal !== drawn.personal && (field === "message_text" || field === "max_segments")) ||
    (field === "start_datetime" && draft.start === "now") ||
    (isMoved && times.includes(field as (typeof times)[number]));
  return Object.fromEntries(
    Object.entries({ audience: null, ...bodyOf(draft, now) }).filter(([field]) => isChanged(field)),
  );
}

export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
