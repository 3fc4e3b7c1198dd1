import { z } from "zod";
import { overviewQuerySchema, overviewSchema } from "@/lib/contract/health/overview";
import { acknowledgementSchema, acknowledgeSchema, statusSchema } from "@/lib/contract/health/status";
import { quietHoursPutSchema, quietHoursSchema } from "@/lib/contract/sending/quiet-hours";
import { sendingPutSchema, sendingSchema } from "@/lib/contract/sending/sending";
import { defineOperations, tagged } from "./operation";

export const installationOperations = defineOperations({
  getOverview: {
    method: "get",
    path: "/api/v1/overview/",
    tag: "installation",
    right: "read",
    summary: "The figures of the first page",
    query: overviewQuerySchema,
    ...tagged({ description: "The figures.", schema: overviewSchema }),
  },
  getSending: {
    method: "get",
    path: "/api/v1/sending/",
    tag: "installation",
    right: "read",
    summary: "Is all sending stopped?",
    ...tagged({ description: "The state.", schema: sendingSchema }),
  },
  setSending: {
    method: "put",
    path: "/api/v1/sending/",
    tag: "installation",
    right: "sending:stop",
    summary: "Stop everything, or end the stop",
    description: "Nothing goes out a second after a stop, whatever runs.",
    body: { schema: sendingPutSchema, example: { state: "stopped", reason: "Wrong text" } },
    answers: { 200: { description: "The state.", schema: sendingSchema } },
    problems: [403],
  },
  getQuietHours: {
    method: "get",
    path: "/api/v1/settings/quiet-hours/",
    tag: "installation",
    right: "read",
    summary: "When is nobody written to?",
    ...tagged({ description: "The quiet hours.", schema: quietHoursSchema }),
  },
  setQuietHours: {
    method: "put",
    path: "/api/v1/settings/quiet-hours/",
    tag: "installation",
    right: "settings:manage",
    summary: "Set when nobody is written to, by the clock on each person's wall",
    description:
      "It holds for every dispatch that does not ignore it, also for those that run, within a second. Where `to` is not later than `from`, it is of the next day; `days` are those that the hours begin on. Nobody loses a message: it goes when the hours are over.",
    body: {
      schema: quietHoursPutSchema,
      example: {
        enabled: false,
        from: "21:00",
        to: "09:00",
        days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        unknown_zone: "dispatch",
      },
    },
    answers: { 200: { description: "The quiet hours.", schema: quietHoursSchema } },
    problems: [403],
  },
  getStatus: {
    method: "get",
    path: "/api/v1/status/",
    tag: "installation",
    summary: "How every part is",
    isPublic: true,
    answers: {
      200: {
        description: "The parts, and what runs.",
        schema: statusSchema,
        cacheControl: "public, max-age=5",
      },
    },
  },
  getAcknowledgements: {
    method: "get",
    path: "/api/v1/status/acknowledgements/",
    tag: "installation",
    right: "read",
    summary: "Who knows of a fault",
    description: "The last of each part. One that is older than the part's `since` is of an earlier fault.",
    answers: {
      200: {
        description: "The acknowledgements.",
        schema: z.object({ items: z.array(acknowledgementSchema) }),
      },
    },
  },
  acknowledgePart: {
    method: "post",
    path: "/api/v1/status/acknowledgements/",
    tag: "installation",
    right: "sending:stop",
    summary: "Say that you know of a fault",
    description: "It changes nothing but what others on duty see.",
    body: { schema: acknowledgeSchema, example: { kind: "gateway", name: "default" } },
    answers: { 200: { description: "It is noted.", schema: acknowledgementSchema } },
    problems: [403],
  },
});
