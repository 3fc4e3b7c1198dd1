import { readTerms } from "@/db/audience/terms";
import { transaction } from "@/db/client";
import { readDispatchState } from "@/db/dispatches/dispatch-state";
import { type DispatchRow, findDispatch, updateDispatch as writeDispatch } from "@/db/dispatches/dispatches";
import { listLanes, setLanesOpen } from "@/db/sending/lanes";
import { type DispatchPatch, dispatchPatchSchema } from "@/lib/contract/dispatches/dispatch";
import { fieldErrors } from "@/lib/contract/problem";
import { ConflictError, NotFoundError, StaleVersionError, ValidationError } from "@/lib/domain/errors";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { type Announcement, rescheduled, scheduled, wakeLanes } from "@/lib/services/events";
import { checkDispatch } from "./check-dispatch";
import { type Dispatch, toDispatch } from "./get-dispatch";
import { payForEdit } from "./spend-recipients";

/**
 * Changes a dispatch: anything while it is scheduled, only a later end while it is running or
 * paused.
 * @param version the edition the caller saw (If-Match), or null for whatever it is now
 * @throws ValidationError, NotFoundError, StaleVersionError, ConflictError where its state forbids
 * the change
 */
export async function updateDispatch(
  ctx: Context,
  id: string,
  body: unknown,
  version: number | null,
): Promise<Dispatch> {
  requireRight(ctx, "dispatches:write");
  const { dispatch, announcements } = await transaction(ctx.db.sql, async (tx) => {
    // The lock first: the edition that is changed is the one that is read.
    const state = await readDispatchState(tx, id, true);
    const row = state && (await findDispatch(tx, id));
    if (!state || !row) throw new NotFoundError("dispatch", id);
    if (version !== null && version !== row.version) throw new StaleVersionError(row.version);

    const patch = readPatch(body);
    const isOpen = state.status === "running" || state.status === "paused";
    if (state.status !== "scheduled" && !isOpen)
      throw new ConflictError("dispatch_state", { status: state.status, action: "edit" });
    if (isOpen && Object.keys(patch).some((field) => field !== "end_datetime"))
      throw new ConflictError("only_end", { status: state.status });
    const had = await readTerms(tx, { dispatchNo: row.no });
    const names = (field: keyof typeof patch) => patch[field] !== undefined && patch[field] !== null;
    // A dispatch has filters or an audience: a change that names one of them removes the other.
    const isKept =
      patch.audience === undefined && !names("filter_tag") && !names("filter_mobile_operator_code");
    const { audience: _, ...base } = bodyOf(row);
    const unfiltered = names("audience") && { filter_mobile_operator_code: null, filter_tag: null };
    const sent = { ...base, ...unfiltered, ...patch };
    const isSenderKept =
      isKept && patch.sender === undefined && patch.filter_mobile_operator_code === undefined;
    const values = await checkDispatch(ctx, tx, sent, {
      ...{ id, isSenderKept, terms: isKept ? had : null },
      literal: row.personal ? null : row.messageText,
    });
    // Whoever may not ask for it may not use what somebody else asked for.
    if (values.ignoreQuietHours) requireRight(ctx, "quiet_hours:ignore");
    if (isOpen) {
      if (Date.parse(values.endAt) < Date.parse(row.endAt))
        throw new ConflictError("end_not_later", { end: row.endAt });
      if (state.nowMs >= state.endMs) throw new ConflictError("window_over");
    }
    await payForEdit(ctx, tx, row.no, values, { operatorNo: row.operatorNo, tagNo: row.tagNo, terms: had });
    const newVersion = await writeDispatch(
      tx,
      row.no,
      isOpen ? { ...values, warnings: row.warnings } : values,
    );
    const after = (await findDispatch(tx, id))!;
    await audit(ctx, tx, "dispatch.updated", id, { before: bodyOf(row), after: bodyOf(after) });
    if (!isOpen) {
      const announcements: Announcement[] = [
        rescheduled({ id, version: row.version }),
        scheduled({ id, version: newVersion, startMs: Date.parse(values.startAt) }, ctx.now().getTime()),
      ];
      return { dispatch: toDispatch(after), announcements };
    }
    // The run that sleeps until the old end looks again then. Lanes that had no slot left before it
    // have some now.
    await setLanesOpen(tx, row.no, state.status === "running");
    const lanes = state.status === "running" ? await listLanes(tx, row.no) : [];
    return { dispatch: toDispatch(after), announcements: wakeLanes(lanes) };
  });
  await ctx.announce(announcements);
  return dispatch;
}

/**
 * Checks what a change may hold, and that `timezone` alone does not move the datetimes.
 * @throws ValidationError
 */
function readPatch(body: unknown): DispatchPatch {
  const read = dispatchPatchSchema.safeParse(body);
  if (!read.success) throw new ValidationError(fieldErrors(read.error, body));
  const patch = read.data;
  const missing = (["start_datetime", "end_datetime"] as const).filter((field) => patch[field] === undefined);
  if (patch.timezone !== undefined && missing.length > 0)
    throw new ValidationError(missing.map((field) => ({ pointer: `/${field}`, code: "timezone_alone" })));
  return patch;
}

/** The row as a body that would have made it. */
function bodyOf(row: DispatchRow): Record<string, unknown> {
  return {
    timezone: row.timezone,
    start_datetime: row.startInput,
    end_datetime: row.endInput,
    name: row.name,
    message_text: row.messageText,
    filter_mobile_operator_code: row.operatorId,
    filter_tag: row.tagId,
    sender: row.sender,
    audience: row.expression,
    local_time: row.localTime,
    ignore_quiet_hours: row.ignoreQuietHours,
    max_segments: row.maxSegments,
  };
}
