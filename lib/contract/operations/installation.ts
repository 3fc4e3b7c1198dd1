import { overviewQuerySchema, overviewSchema } from "@/lib/contract/health/overview";
import { statusSchema } from "@/lib/contract/health/status";
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
});
