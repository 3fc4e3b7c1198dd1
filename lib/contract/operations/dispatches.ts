import { calendarQuerySchema, calendarSchema } from "@/lib/contract/dispatches/calendar";
import {
  authorsSchema,
  boardQuerySchema,
  boardSchema,
  dispatchCreateSchema,
  dispatchListQuerySchema,
  dispatchPatchSchema,
  dispatchRetriedSchema,
  dispatchSchema,
  testSendSchema,
} from "@/lib/contract/dispatches/dispatch";
import {
  messageExportQuerySchema,
  messageListQuerySchema,
  messageSchema,
  whySchema,
} from "@/lib/contract/dispatches/message";
import { previewAnswerSchema, previewQuerySchema, previewSchema } from "@/lib/contract/dispatches/preview";
import { timelineSchema } from "@/lib/contract/dispatches/timeline";
import { pageOf } from "@/lib/contract/page";
import { defineOperations, tagged } from "./operation";

const example = {
  timezone: "Europe/Moscow",
  start_datetime: "2035-01-21T15:26:34.459Z",
  end_datetime: "2035-01-21T18:26:34.459Z",
  message_text: "Hello!",
  filter_mobile_operator_code: null,
  filter_tag: null,
};
const one = "/api/v1/dispatches/{id}/";
const dispatch = { description: "The dispatch.", schema: dispatchSchema };

const move = <const Verb extends string>(verb: Verb, summary: string, description: string) =>
  ({
    method: "post",
    path: `${one}${verb}/`,
    tag: "dispatches",
    right: "dispatches:write",
    summary,
    description,
    answers: { 200: dispatch },
    problems: [403, 404, 409],
  }) as const;

export const dispatchOperations = defineOperations({
  createDispatch: {
    method: "post",
    path: "/api/v1/dispatches/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Schedule a dispatch",
    description:
      "It is accepted when this is answered, and sent between its start and its end. Datetimes without an offset are meant in `timezone`. Filters take an operator's id or code and a tag's id or name; `audience` says more than they can, or names a saved audience, and cannot stand beside them. One that leaves out whom other dispatches have reached is 409 while nobody can say who that is. `sender` is one that the gateways of its operators list. In `message_text` `{{name}}` stands for an attribute of each recipient and `{{name|fallback}}` for that or, where there is none, the fallback; `\\{{` is `{{` itself. A name that no recipient has is refused. Who lacks a value, or would get more than `max_segments`, is skipped. A `draft` that it is made of is deleted with it. What is unusual but not wrong is told in `warnings`.",
    isContract: true,
    headers: ["Idempotency-Key"],
    body: { schema: dispatchCreateSchema, example, readBy: "service" },
    answers: { 201: { ...dispatch, location: one } },
    problems: [403, 409, 412],
  },
  listDispatches: {
    method: "get",
    path: "/api/v1/dispatches/",
    tag: "dispatches",
    right: "read",
    summary: "List dispatches, newest first or in another order",
    query: dispatchListQuerySchema,
    ...tagged({ description: "A page of dispatches.", schema: pageOf(dispatchSchema) }),
  },
  getBoard: {
    method: "get",
    path: "/api/v1/dispatches/board/",
    tag: "dispatches",
    right: "read",
    summary: "Count dispatches by status, and read the first of each column of the board",
    query: boardQuerySchema,
    ...tagged({ description: "Counts and dispatches of one reading.", schema: boardSchema }),
  },
  getCalendar: {
    method: "get",
    path: "/api/v1/dispatches/calendar/",
    tag: "dispatches",
    right: "read",
    summary: "Read a month of dispatches, and how full the operators' rates are by the hour",
    description:
      "Or one day of it. What has been sent is told by counters, to about an hour; what is to come is a forecast at today's rates. The load is of all dispatches, whatever the filter.",
    query: calendarQuerySchema,
    ...tagged({ description: "Days and load of one reading.", schema: calendarSchema }),
  },
  listAuthors: {
    method: "get",
    path: "/api/v1/dispatches/authors/",
    tag: "dispatches",
    right: "read",
    summary: "List who has made dispatches",
    answers: { 200: { description: "Names, as `author` has them.", schema: authorsSchema } },
  },
  getDispatch: {
    method: "get",
    path: one,
    tag: "dispatches",
    right: "read",
    summary: "Read a dispatch and its progress",
    ...tagged(dispatch),
    problems: [404],
  },
  updateDispatch: {
    method: "patch",
    path: one,
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Change a dispatch",
    description:
      "Anything while it is `scheduled`; only a later end while it is `running` or `paused`. A change of the zone needs both datetimes. An audience takes the place of filters, and filters that of an audience.",
    headers: ["If-Match"],
    body: {
      schema: dispatchPatchSchema,
      example: { end_datetime: "2035-01-21T20:00:00Z" },
      readBy: "service",
    },
    answers: { 200: dispatch },
    problems: [403, 404, 409, 412],
  },
  deleteDispatch: {
    method: "delete",
    path: one,
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Delete a dispatch that has not opened",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404, 409],
  },
  pauseDispatch: move("pause", "Pause", "Nothing goes out a second later. A repeat changes nothing."),
  resumeDispatch: move("resume", "Resume", "It goes on where it was. A repeat changes nothing."),
  cancelDispatch: move(
    "cancel",
    "Cancel",
    "Nothing goes out a second later, and it does not come back. A repeat changes nothing.",
  ),
  retryFailed: {
    ...move(
      "retry-failed",
      "Try failed messages again",
      "Those that failed by the gateway's fault or by that of our own settings are due again, and a completed dispatch runs again; `left` says how many stay failed, and why. What is `unknown` is never sent again.",
    ),
    answers: {
      200: {
        description: "The dispatch, how many are tried again, and what is left.",
        schema: dispatchRetriedSchema,
      },
    },
  },
  previewDispatch: {
    method: "post",
    path: "/api/v1/dispatches/preview/",
    tag: "dispatches",
    right: "read",
    summary: "What would come of a dispatch",
    description:
      "Audience, cost and a forecast of a dispatch as far as it is filled in. Nothing is made. `cost.amount` is in money, without the segments of operators that have no price. Of an `audience` it tells how many each clause leaves. Large audiences are estimated, and said to be. Of a text with placeholders it tells recipients by segments, who is skipped and why, and, with `audience:read`, the longest texts and three of real people, from 10,000 of them at most.",
    query: previewQuerySchema,
    body: { schema: previewSchema, example: { message_text: "Hello!", filter_tag: null }, readBy: "service" },
    answers: { 200: { description: "The preview.", schema: previewAnswerSchema } },
    problems: [404, 409],
  },
  sendTest: {
    method: "post",
    path: "/api/v1/dispatches/test/",
    tag: "dispatches",
    right: "dispatches:write",
    summary: "Send a text to one recipient now",
    description:
      "To see it on a phone. It is a dispatch that lists and forecasts leave out. Placeholders say what they say to this recipient. With `gateway` it goes through that gateway instead of the operator's, at the operator's rate as ever, and is tried once: who may change operators may ask for it.",
    body: { schema: testSendSchema, example: { phone: "+79100007919", message_text: "Hello!" } },
    answers: { 201: { ...dispatch, location: one } },
    problems: [403, 409],
  },
  getTimeline: {
    method: "get",
    path: `${one}timeline/`,
    tag: "dispatches",
    right: "read",
    summary: "What happened when, and why it is not faster",
    description:
      "`cost` is of all that gateways took, at the prices that operators had when it began. Of a text with placeholders it is an estimate from a few of the texts. `delivered` says how many messages receipts had called delivered by then, in at most 100 points: 10 s apart or more in the first hour, 5 min in the first day, later an hour. The last `total` is `progress.delivered` of the dispatch. It is empty without receipts, and where messages are not kept any more.",
    ...tagged({ description: "The timeline.", schema: timelineSchema }),
    problems: [404],
  },
  listMessages: {
    method: "get",
    path: `${one}messages/`,
    tag: "dispatches",
    right: "audience:read",
    summary: "List a dispatch's messages",
    description: "With a status a page may hold fewer than asked for although more follow.",
    query: messageListQuerySchema,
    answers: { 200: { description: "A page of messages.", schema: pageOf(messageSchema) } },
    problems: [404],
  },
  explainMessage: {
    method: "get",
    path: `${one}messages/{phone}/`,
    tag: "dispatches",
    right: "audience:read",
    summary: "Why did this phone get it, or not",
    answers: { 200: { description: "The message, and the reason.", schema: whySchema } },
    problems: [404],
  },
  exportMessages: {
    method: "get",
    path: `${one}messages.csv`,
    tag: "dispatches",
    right: "audience:export",
    summary: "Messages as a CSV file or a workbook",
    description:
      "All of them, or those of one status. Headings and outcomes are codes and times are ISO 8601 in UTC, unless a language and a time zone are named. Those of a dispatch with placeholders have their text and its segments. A workbook holds the first 100,000.",
    query: messageExportQuerySchema,
    answers: { 200: { description: "One line a message.", file: "text/csv", fileName: "messages" } },
    problems: [404],
  },
});
