import { describe, expect, test } from "vitest";
import type { z } from "zod";
import {
  boardSchema,
  dispatchRetriedSchema,
  dispatchSchema,
  waitCodes,
  warningCodes,
} from "@/lib/contract/dispatches/dispatch";
import { whyCodes, whySchema } from "@/lib/contract/dispatches/message";
import { previewAnswerSchema } from "@/lib/contract/dispatches/preview";
import { laneReasons, timelineSchema } from "@/lib/contract/dispatches/timeline";
import { attentionCodes, overviewSchema } from "@/lib/contract/health/overview";
import { statusSchema } from "@/lib/contract/health/status";
import { receiptsTakenSchema } from "@/lib/contract/sending/receipt";
import { sandboxMessageSchema } from "@/lib/contract/sending/sandbox";
import { sendingSchema } from "@/lib/contract/sending/sending";
import { type Locale, locales, textsOf } from "@/lib/contract/texts";
import { messageStatuses } from "@/lib/domain/lifecycle";
import { textProblems } from "@/lib/domain/text/personal-text";
import type { Wait } from "@/lib/services/dispatches/explain-waits";
import { countsOf, type Dispatch } from "@/lib/services/dispatches/get-dispatch";
import type { Timeline } from "@/lib/services/dispatches/get-timeline";
import type { Preview } from "@/lib/services/dispatches/preview-dispatch";
import type { Overview } from "@/lib/services/health/get-overview";
import type { Status } from "@/lib/services/health/get-status";
import { presentBoard, presentDispatch, presentRetried } from "./dispatch";
import { messageTable, presentWhy } from "./message";
import { presentOverview } from "./overview";
import { presentPreview } from "./preview";
import { presentReceipts, presentSandboxMessages, presentSending } from "./sending";
import { presentStatus } from "./status";
import { presentTimeline } from "./timeline";

const id = "0190c8f5-0000-7000-8000-000000000001";
const instant = (hour: number) => `2027-01-21T${String(hour).padStart(2, "0")}:00:00.000Z`;
const counters = Object.fromEntries(messageStatuses.map((status, i) => [status, i]));
const progress = { audience: 50, remaining: 5, ...countsOf(counters) };

const dispatchOf = (more: Partial<Dispatch> = {}): Dispatch => ({
  ...{
    no: 7,
    id,
    status: "running",
    timezone: "Europe/Moscow",
    localTime: null,
    ignoreQuietHours: false,
    hours: null,
    startInput: "",
    endInput: "",
    name: "Spring sale",
    messageText: "Hello",
    personal: false,
    maxSegments: null,
    sender: null,
    author: null,
    segments: 1,
  },
  ...{
    startAt: instant(9),
    endAt: instant(17),
    createdAt: instant(1),
    updatedAt: instant(2),
    startedAt: instant(9),
    finishedAt: null,
  },
  ...{
    operatorId: id,
    tagId: null,
    operatorNo: 1,
    expression: null,
    expected: null,
    tagNo: null,
    audience: 50,
    version: 3,
    messagesDroppedAt: null,
    counters,
    blockers: {},
  },
  ...{ warnings: [], waits: [], progress },
  ...more,
});
const wait = (code: Wait["code"], params: Wait["params"] = {}): Wait => ({ code, params, until: null });
const operator = { no: 1, id, code: "a", name: "A", rate: 10, price: "2.35" };
const cost = {
  segments: 3,
  isEstimate: true,
  amount: "4.70",
  currency: "RUB",
  unpricedSegments: 1,
  parts: [
    { operator, price: "2.35", segments: 2, amount: "4.70" },
    { operator, price: null, segments: 1, amount: null },
  ],
};
const message = {
  id: "1",
  phone: "+79160000001",
  operator: "a",
  sender: null,
  status: "sent",
  attempts: 1,
  claimedAt: instant(9),
  settledAt: null,
  text: "Hello",
  segments: 1,
} as const;

const plain = { sender: null, personal: false };

/** An answer is what its schema says, with nothing beside it. */
function expectOf<T>(schema: z.ZodType, answer: T): T {
  expect(schema.parse(answer)).toEqual(answer);
  return answer;
}
/** Every code has a text of its own: what is said of an unknown one is said of none. */
const expectText = (detail: string, locale: Locale) => {
  expect(detail).not.toBe(textsOf(locale).invalid);
  // A blank that nothing fills; not what a reader is told to write.
  expect(detail.replace("{{name}}", "")).not.toContain("{");
};

describe.each(locales)("in %s", (locale) => {
  const isRussian = locale === "ru";

  test("a dispatch is answered by the contract, its seven fields first", () => {
    const told = expectOf(dispatchSchema, presentDispatch(dispatchOf(), locale));
    expect(Object.keys(told).slice(0, 7)).toEqual([
      ...[
        "id",
        "status",
        "start_datetime",
        "end_datetime",
        "message_text",
        "filter_mobile_operator_code",
        "filter_tag",
      ],
    ]);
    const { scheduled, finished } = expectOf(
      boardSchema,
      presentBoard(
        {
          counts: { scheduled: 1, running: 0, paused: 0, completed: 1, expired: 0, cancelled: 0 },
          ...{ scheduled: [dispatchOf()], running: [], paused: [], finished: [dispatchOf(), dispatchOf()] },
        },
        locale,
      ),
    );
    expect([scheduled, finished]).toEqual([[told], [told, told]]);
  });

  test("every warning and every wait has its text", () => {
    const waits = waitCodes.map((code) => wait(code));
    const told = expectOf(
      dispatchSchema,
      presentDispatch(dispatchOf({ warnings: [...warningCodes], waits }), locale),
    );
    for (const { detail } of [...told.warnings, ...told.waits]) expectText(detail, locale);
  });

  test("a placeholder of another product is quoted, with what to write instead", () => {
    const { warnings } = presentDispatch(
      dispatchOf({ warnings: ["foreign_placeholder"], messageText: "Hi %NAME%" }),
      locale,
    );
    expect(warnings).toEqual([
      {
        code: "foreign_placeholder",
        detail: isRussian
          ? "«%NAME%» — не подстановка, получатели увидят её как есть. Подстановка пишется так: {{name}}."
          : "“%NAME%” is not a placeholder and goes out as it stands. A placeholder is written {{name}}.",
      },
    ]);
  });

  test("a wait says who paused it, whom a gateway refuses, and what is not open yet", () => {
    const said = (...[status, waits]: [Dispatch["status"], Wait[]]) =>
      presentDispatch(dispatchOf({ status, waits }), locale).waits.map(({ detail }) => detail);
    expect(said("paused", [wait("paused"), wait("paused", { by: "anna" })])).toEqual(
      isRussian ? ["Приостановлена.", "Приостановлена: anna."] : ["Paused.", "Paused by anna."],
    );
    expect(said("paused", [wait("paused", { by: "anonymous" })])).toEqual([
      isRussian ? "Приостановлена кем-то без входа." : "Paused by someone without sign-in.",
    ]);
    expect(said("running", [wait("breaker", { operators: "A, B" })])).toEqual([
      isRussian ? "Шлюз отклоняет сообщения: A, B." : "The gateway rejects messages: A, B.",
    ]);
    const [held] = said("paused", [wait("daily_limit", { asked: 9, used: 1, max: 8 })]);
    expect(held).toContain(
      isRussian
        ? "получателей стало больше учтённого на 9, а из 8 в день израсходовано 1"
        : "it has 9 more recipients",
    );
    const [opened] = said("running", [wait("waiting_for_engine")]);
    const [notOpened] = said("scheduled", [wait("waiting_for_engine")]);
    expect([opened, notOpened]).toEqual([
      textsOf(locale)["wait.waiting_for_engine"],
      textsOf(locale)["wait.not_opened"],
    ]);
  });

  test("what is left after a retry says why", () => {
    const left = (["number", "opted_out", "message"] as const).map((fault) => ({
      code: "http_400",
      count: 2,
      fault,
    }));
    const told = expectOf(dispatchRetriedSchema, presentRetried(dispatchOf(), { retried: 3, left }, locale));
    expect(told.left[0]!.detail).toBe(
      isRussian ? "На этот номер сообщения не доходят." : "The number cannot get messages.",
    );
    for (const { detail } of told.left) expectText(detail, locale);
  });

  test("why somebody has no message is told for every reason", () => {
    for (const code of whyCodes) {
      const found = code === "has_message" ? { ...message, error: null } : null;
      const attempts = found && {
        gateway: "default",
        lastAt: found.claimedAt,
        nextAt: null,
        postponed: 2,
        earlier: [],
      };
      expectText(
        expectOf(
          whySchema,
          presentWhy({ phone: message.phone, message: found, attempts, code, asked: ["a"] }, locale),
        ).detail,
        locale,
      );
    }
  });

  test("a timeline says what happened and why each lane is not faster", () => {
    const { audience: _, ...counts } = progress;
    const timeline: Timeline = {
      dispatch: dispatchOf(),
      events: [{ at: instant(9), actor: "system", action: "dispatch.opened" }],
      lanes: laneReasons.map((code) => ({
        operator,
        progress: counts,
        rate: 2.5,
        reason: { code, until: null },
      })),
      cost,
      rate: [{ at: instant(9), accepted: 3 }],
      delivered: [{ at: instant(10), total: 2 }],
      failures: [{ outcome: "failed", code: "http_400", count: 1 }],
    };
    const told = expectOf(timelineSchema, presentTimeline(timeline, locale));
    expect(told.events[0]!.detail).toBe(textsOf(locale)["event.dispatch.opened"]);
    for (const { reason } of told.lanes) expectText(reason.detail, locale);
    const none = Object.fromEntries(Object.keys(counts).map((key) => [key, 0])) as typeof counts;
    const lane = { operator, rate: 0, reason: { code: "drained" as const, until: null } };
    const skippedOnly = { ...timeline, lanes: [{ ...lane, progress: { ...none, skipped: 2 } }] };
    expect(presentTimeline(skippedOnly, locale).lanes[0]!.reason.detail).toBe(
      textsOf(locale)["reason.skipped"],
    );
  });

  test("a preview is answered by the contract, and what is not known yet is null", () => {
    const outlook = { finishesAt: new Date(instant(10)), notSent: 0 };
    const preview: Preview = {
      audience: {
        total: 2,
        isEstimate: false,
        clauses: [{ clause: "everyone", left: 5, isEstimate: true }],
        byOperator: [{ operator, count: 2 }],
        optedOut: 3,
        unknownZone: 4,
        samples: ["+79160000001"],
        night: 1,
      },
      message: { encoding: "UCS-2", segments: 1, characters: 2, forcesUcs2: ["ы"] },
      text: "ы!",
      personal: {
        people: 2,
        isAll: true,
        bySegments: [{ segments: 1, count: 1 }],
        skipped: textProblems.map((reason) => ({ reason, count: 1 })),
        byOperator: new Map([[1, { people: 2, segments: 1 }]]),
        forcedUcs2: 1,
        longest: [{ phone: "+79160000001", text: "Hi, Ann", segments: 1 }],
        samples: [],
        expectedSegments: 1,
      },
      cost,
      window: { start: new Date(instant(9)), end: new Date(instant(17)), moved: false, repeated: true },
      forecast: {
        ...outlook,
        byOperator: [{ operator, ...outlook }],
        byZone: [
          { zone: "Asia/Omsk", count: 1, notSent: 0, beginsAt: new Date(instant(9)) },
          { zone: "Asia/Tokyo", count: 1, notSent: 1, beginsAt: null },
        ],
        suggestedEnd: null,
      },
      repeats: { id, status: "completed", startAt: instant(9) },
      warnings: [...warningCodes],
    };
    const told = expectOf(previewAnswerSchema, presentPreview(preview, locale));
    expect(told).toMatchObject({
      audience: {
        excluded: [
          { reason: "opted_out", count: 3 },
          { reason: "unknown_zone", count: 4 },
        ],
      },
      forecast: {
        ...{ finishes_at: instant(10), fits: true, suggested_end: null },
        by_zone: [
          { timezone: "Asia/Omsk", count: 1, begins_at: instant(9), not_sent: 0 },
          { timezone: "Asia/Tokyo", count: 1, begins_at: null, not_sent: 1 },
        ],
      },
    });
    for (const { detail } of [...told.warnings, ...told.personal!.skipped]) expectText(detail, locale);
    const late = { ...preview.forecast!, finishesAt: null, notSent: 1, suggestedEnd: new Date(instant(18)) };
    expect(presentPreview({ ...preview, forecast: late }, locale).forecast).toMatchObject({
      ...{ finishes_at: null, fits: false, suggested_end: instant(18) },
    });
    const bare: Preview = {
      ...preview,
      message: null,
      personal: null,
      window: null,
      forecast: null,
      repeats: null,
    };
    expectOf(
      previewAnswerSchema,
      presentPreview({ ...bare, audience: { ...bare.audience, optedOut: 0, night: null } }, locale),
    );
  });

  test("the overview says what needs somebody, and shows names, or the beginning of a long text", () => {
    const overview: Overview = {
      firstSteps: { operator: true, recipients: true, test: false },
      running: [
        {
          dispatch: dispatchOf({ name: null, messageText: "ы".repeat(81) }),
          rate: 2,
          finishesAt: new Date(instant(10)),
          notSent: 0,
          isStalled: false,
        },
        {
          dispatch: dispatchOf({ name: null, messageText: "ы".repeat(80) }),
          rate: 0,
          finishesAt: null,
          notSent: null,
          isStalled: true,
        },
      ],
      last: dispatchOf({ name: "Spring sale", status: "completed" }),
      upcoming: [{ id, text: "Hello", startMs: Date.parse(instant(9)), endMs: Date.parse(instant(10)) }],
      today: {
        since: new Date(instant(0)),
        accepted: 1,
        delivered: 2,
        undelivered: 3,
        failed: 4,
        unknown: 5,
      },
      operators: [{ ...operator, inUse: 0.2 }],
      attention: [
        ...attentionCodes.map((code) => ({ code, dispatchId: null, params: {} })),
        { code: "sending_stopped", dispatchId: null, params: { reason: "wrong price" } },
        {
          ...{
            code: "gateway_refuses",
            dispatchId: id,
            params: { gateway: "g", reason: "r", dispatches: 1, operators: 2, waiting: 3 },
          },
          refusal: { gateway: "g", reason: "r", dispatches: 1, operators: 2, waiting: 3, until: null },
        },
      ],
    };
    const told = expectOf(overviewSchema, presentOverview(overview, locale));
    expect(told.running).toMatchObject([
      { finishes_at: instant(10) },
      { finishes_at: null, is_stalled: true },
    ]);
    expect(told.running.map(({ text }) => [...text].length)).toEqual([80, 80]);
    expect(told.running[0]!.text.endsWith("…")).toBe(true);
    expect(told.last!.text).toBe("Spring sale");
    for (const { detail } of told.attention) expectText(detail, locale);
    const [reason, refusal] = told.attention.slice(-2).map(({ detail }) => detail);
    expect(reason).toBe(
      isRussian ? "Вся отправка остановлена: wrong price" : "All sending is stopped: wrong price",
    );
    expect(refusal).toContain("(r)");
  });

  test("the status says how each part is, in whole seconds of each day", () => {
    const day = { kind: "engine", name: "", date: "2027-01-20", okS: 1.6, degradedS: 0.2, downS: 3 };
    const status: Status = {
      ...{ state: "down", at: instant(9), running: 1, oldestWaitingSince: null, workers: null },
      components: [
        {
          kind: "engine",
          name: null,
          state: "down",
          code: "engine_down",
          params: { fault: "HTTP 500" },
          since: null,
          history: [day],
        },
      ],
    };
    const [engine] = expectOf(statusSchema, presentStatus(status, locale)).components;
    expect(engine!.history).toEqual([{ date: "2027-01-20", ok_s: 2, degraded_s: 0, down_s: 3 }]);
    expect(engine!.detail).toBe(textsOf(locale)["status.engine_down"]!.replace("{fault}", "HTTP 500"));
  });

  test("reports that cannot be read say why", () => {
    const rejected = [{ index: 0, pointer: "/0/status", code: "receipt_status" }];
    const told = expectOf(receiptsTakenSchema, presentReceipts({ changed: 2, rejected }, locale));
    expect(told.rejected[0]!.detail).toBe(textsOf(locale).receipt_status);
  });

  test("a file of messages has headings and outcomes in words, and times as a spreadsheet reads them", () => {
    const { header, cellsOf } = messageTable({ language: locale, timezone: "Europe/Moscow" })(plain);
    expect(header[0]).toBe(isRussian ? "Телефон" : "Phone");
    expect(cellsOf({ ...message, error: null })).toEqual([
      ...["+79160000001", "1", "a", textsOf(locale)["outcome.sent"], "1", "2027-01-21 12:00:00", "", ""],
    ]);
    const personal = messageTable({ language: locale })({ sender: null, personal: true });
    expect(personal.header.slice(-2)).toEqual(isRussian ? ["Текст", "Сегменты"] : ["Text", "Segments"]);
    const error = "missing_value";
    const skipped = { ...message, status: "skipped", error, text: null, segments: null } as const;
    expect(personal.cellsOf(skipped).slice(-3)).toEqual([textsOf(locale)[`skipped.${error}`], "", ""]);
    expect(
      presentWhy({ phone: "", message: skipped, attempts: null, code: "has_message", asked: [] }, locale)
        .detail,
    ).toBe(textsOf(locale)[`skipped.${error}`]);
  });
});

test("a file of messages in no language has codes, and instants", () => {
  const { header, cellsOf } = messageTable({})(plain);
  expect(header).toEqual([
    "phone",
    "id",
    "operator",
    "status",
    "attempts",
    "claimed_at",
    "settled_at",
    "error",
  ]);
  const row = cellsOf({ ...message, status: "failed", settledAt: instant(10), error: "busy" });
  expect(row.slice(3)).toEqual(["failed", "1", instant(9), instant(10), "busy"]);
});

test("a file of messages says whom they are from where their dispatch does, and is as ever where it does not", () => {
  const { header, cellsOf } = messageTable({})({ sender: "Shop", personal: false });
  expect(header.slice(-2)).toEqual(["error", "sender"]);
  expect(cellsOf({ ...message, error: null, sender: "Shop" }).slice(-2)).toEqual(["", "Shop"]);
});

test("the emergency stop and the phone are answered by the contract", () => {
  expectOf(
    sendingSchema,
    presentSending({ state: "stopped", reason: null, changedAt: instant(9), changedBy: "anna" }),
  );
  const row = {
    id: "1",
    dispatchId: id,
    text: "Hello",
    sender: "Shop",
    status: "sent",
    settledAt: instant(9),
  } as const;
  for (const item of presentSandboxMessages({ phone: "+79160000001", items: [row] }).items)
    expectOf(sandboxMessageSchema, item);
});
