import {
  dispatchCreateSchema,
  dispatchListQuerySchema,
  dispatchPatchSchema,
  dispatchRetriedSchema,
  dispatchSchema,
  testSendSchema,
} from "../dispatch";
import { messageListQuerySchema, messageSchema, whySchema } from "../message";
import { pageOf } from "../page";
import { previewAnswerSchema, previewQuerySchema, previewSchema } from "../preview";
import { timelineSchema } from "../timeline";
import type { Operation } from "./operation";

const example = {
  timezone: "Europe/Moscow",
  start_datetime: "2027-01-21T15:26:34.459Z",
  end_datetime: "2027-01-21T18:26:34.459Z",
  message_text: "Hello!",
  filter_mobile_operator_code: null,
  filter_tag: null,
};
const one = "/api/v1/dispatches/{id}/";
const dispatch = { description: "The dispatch.", schema: dispatchSchema };

const move = (id: string, verb: string, summary: string, description: string): Operation => ({
  method: "post",
  path: `${one}${verb}/`,
  id,
  tag: "dispatches",
  summary,
  description,
  answers: { 200: dispatch },
  problems: [403, 404, 409],
});

export const dispatchOperations: Operation[] = [
  {
    method: "post",
    path: "/api/v1/dispatches/",
    id: "createDispatch",
    tag: "dispatches",
    summary: "Schedule a dispatch",
    description:
      "It is accepted when this is answered, and sent between its start and its end. Datetimes without an offset are meant in `timezone`. Filters take an operator's id or code and a tag's id or name. What is unusual but not wrong is told in `warnings`.",
    isContract: true,
    headers: ["Idempotency-Key"],
    body: { schema: dispatchCreateSchema, example },
    answers: { 201: { ...dispatch, headers: ["Location"] } },
    problems: [403, 409],
  },
  {
    method: "get",
    path: "/api/v1/dispatches/",
    id: "listDispatches",
    tag: "dispatches",
    summary: "List dispatches, newest first",
    query: dispatchListQuerySchema,
    headers: ["If-None-Match"],
    answers: {
      200: { description: "A page of dispatches.", schema: pageOf(dispatchSchema), headers: ["ETag"] },
      304: { description: "Nothing has changed." },
    },
  },
  {
    method: "get",
    path: one,
    id: "getDispatch",
    tag: "dispatches",
    summary: "Read a dispatch and its progress",
    headers: ["If-None-Match"],
    answers: { 200: { ...dispatch, headers: ["ETag"] }, 304: { description: "Nothing has changed." } },
    problems: [404],
  },
  {
    method: "patch",
    path: one,
    id: "updateDispatch",
    tag: "dispatches",
    summary: "Change a dispatch",
    description:
      "Anything while it is `scheduled`; only a later end while it is `running` or `paused`. A change of the zone needs both datetimes.",
    headers: ["If-Match"],
    body: { schema: dispatchPatchSchema, example: { end_datetime: "2027-01-21T20:00:00Z" } },
    answers: { 200: dispatch },
    problems: [403, 404, 409, 412],
  },
  {
    method: "delete",
    path: one,
    id: "deleteDispatch",
    tag: "dispatches",
    summary: "Delete a dispatch that has not opened",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404, 409],
  },
  move("pauseDispatch", "pause", "Pause", "Nothing goes out a second later. A repeat changes nothing."),
  move("resumeDispatch", "resume", "Resume", "It goes on where it was. A repeat changes nothing."),
  move("cancelDispatch", "cancel", "Cancel", "Nothing goes out a second later, and it does not come back. A repeat changes nothing."),
  {
    ...move(
      "retryFailed",
      "retry-failed",
      "Try failed messages again",
      "Those that failed by the gateway's fault or by that of our own settings are due again, and a completed dispatch runs again; `left` says how many stay failed, and why. What is `unknown` is never sent again.",
    ),
    answers: { 200: { description: "The dispatch, how many are tried again, and what is left.", schema: dispatchRetriedSchema } },
  },
  {
    method: "post",
    path: "/api/v1/dispatches/preview/",
    id: "previewDispatch",
    tag: "dispatches",
    summary: "What would come of a dispatch",
    description: "Audience, segments and a forecast of a dispatch as far as it is filled in. Nothing is made.",
    query: previewQuerySchema,
    body: { schema: previewSchema, example: { message_text: "Hello!", filter_tag: null } },
    answers: { 200: { description: "The preview.", schema: previewAnswerSchema } },
    problems: [404],
  },
  {
    method: "post",
    path: "/api/v1/dispatches/test/",
    id: "sendTest",
    tag: "dispatches",
    summary: "Send a text to one recipient now",
    description: "To see it on a phone. It is a dispatch that lists and forecasts leave out.",
    body: { schema: testSendSchema, example: { phone: "+79161234567", message_text: "Hello!" } },
    answers: { 201: { ...dispatch, headers: ["Location"] } },
    problems: [403],
  },
  {
    method: "get",
    path: `${one}timeline/`,
    id: "getTimeline",
    tag: "dispatches",
    summary: "What happened when, and why it is not faster",
    headers: ["If-None-Match"],
    answers: {
      200: { description: "The timeline.", schema: timelineSchema, headers: ["ETag"] },
      304: { description: "Nothing has changed." },
    },
    problems: [404],
  },
  {
    method: "get",
    path: `${one}messages/`,
    id: "listMessages",
    tag: "dispatches",
    summary: "List a dispatch's messages",
    description: "With a status a page may hold fewer than asked for although more follow.",
    query: messageListQuerySchema,
    answers: { 200: { description: "A page of messages.", schema: pageOf(messageSchema) } },
    problems: [404],
  },
  {
    method: "get",
    path: `${one}messages/{phone}/`,
    id: "explainMessage",
    tag: "dispatches",
    summary: "Why did this phone get it, or not",
    answers: { 200: { description: "The message, and the reason.", schema: whySchema } },
    problems: [404],
  },
  {
    method: "get",
    path: `${one}messages.csv`,
    id: "exportMessages",
    tag: "dispatches",
    summary: "All messages as a CSV file",
    answers: { 200: { description: "One line a message.", file: "text/csv" } },
    problems: [404],
  },
];
