import {
  numberRangeListQuerySchema,
  numberRangeSchema,
  rangeLoadQuerySchema,
  rangeLoadSchema,
  rangeRemovalQuerySchema,
} from "@/lib/contract/audience/number-range";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const job = { description: "The load and how far it is.", schema: rangeLoadSchema };
const review = { description: "What applying it would change.", schema: rangeLoadSchema };
const location = "/api/v1/number-range-loads/{id}/";

export const numberRangeOperations = defineOperations({
  listNumberRanges: {
    method: "get",
    path: "/api/v1/number-ranges/",
    tag: "audience",
    right: "read",
    summary: "List number ranges in their order, or read the one that a number is in",
    description:
      "An operator that nobody names is found by the range that the number is in, and where it is in none by the longest prefix.",
    query: numberRangeListQuerySchema,
    answers: { 200: { description: "A page of ranges.", schema: pageOf(numberRangeSchema) } },
  },
  loadNumberRanges: {
    method: "post",
    path: "/api/v1/number-ranges/",
    tag: "audience",
    right: "operators:write",
    summary: "Load number ranges from a file in place of those that are there",
    description:
      "CSV with `from`, `to`, `operator`, and perhaps `region` and `timezone`, or the Russian numbering plan as it is published; up to 500,000 lines. Nothing is applied when a line is wrong, or a name means no operator and is not left out by `skip_unknown`. Recipients whose operator was not named move to that of their range; it goes on after the answer. With `dry_run` the answer says what applying it would change.",
    query: rangeLoadQuerySchema,
    body: {
      file: "text/csv",
      otherFiles: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    },
    answers: { 200: { ...review, location }, 202: { ...job, location } },
    problems: [403, 409, 413, 415],
  },
  removeNumberRanges: {
    method: "delete",
    path: "/api/v1/number-ranges/",
    tag: "audience",
    right: "operators:write",
    summary: "Remove all number ranges: operators are found by prefixes again",
    description: "Recipients whose operator was not named go back to that of their prefix.",
    query: rangeRemovalQuerySchema,
    answers: { 200: { ...review, location }, 202: { ...job, location } },
    problems: [403, 409],
  },
  listRangeLoads: {
    method: "get",
    path: "/api/v1/number-range-loads/",
    tag: "audience",
    right: "read",
    summary: "List loads of number ranges, newest first",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of loads.", schema: pageOf(rangeLoadSchema) } },
  },
  getRangeLoad: {
    method: "get",
    path: "/api/v1/number-range-loads/{id}/",
    tag: "audience",
    right: "read",
    summary: "Read a load of number ranges",
    answers: { 200: job },
    problems: [404],
  },
  discardRangeLoad: {
    method: "delete",
    path: "/api/v1/number-range-loads/{id}/",
    tag: "audience",
    right: "operators:write",
    summary: "Discard a reviewed load of number ranges",
    answers: { 204: { description: "It is gone." } },
    problems: [403, 404, 409],
  },
  applyRangeLoad: {
    method: "post",
    path: "/api/v1/number-range-loads/{id}/apply/",
    tag: "audience",
    right: "operators:write",
    summary: "Apply a reviewed load of number ranges",
    description:
      "Its ranges take the place of all others at once; recipients are moved after the answer. Repeating it changes nothing.",
    answers: { 202: { ...job, location } },
    problems: [403, 404, 409],
  },
});
