import { operatorCreateSchema, operatorSchema, operatorUpdateSchema } from "@/lib/contract/audience/operator";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

const operator = { description: "The operator.", schema: operatorSchema };
const gone = { 204: { description: "It is gone." } };

export const operatorOperations = defineOperations({
  listOperators: {
    method: "get",
    path: "/api/v1/operators/",
    tag: "audience",
    right: "read",
    summary: "List operators",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of operators.", schema: pageOf(operatorSchema) } },
  },
  createOperator: {
    method: "post",
    path: "/api/v1/operators/",
    tag: "audience",
    right: "operators:write",
    summary: "Make an operator",
    description:
      "`rate_per_second` is in SMS segments; null is no limit. `price_per_segment` is a decimal in quotes, in the installation's one currency (the setting CURRENCY); null: nobody has said. Without a currency a price is refused.",
    body: {
      schema: operatorCreateSchema,
      example: {
        code: "yota",
        name: "Yota",
        rate_per_second: 100,
        prefixes: ["7999", "7996"],
        gateway: "default",
      },
    },
    answers: { 201: { ...operator, location: "/api/v1/operators/{id}/" } },
    problems: [403, 409],
  },
  getOperator: {
    method: "get",
    path: "/api/v1/operators/{id}/",
    tag: "audience",
    right: "read",
    summary: "Read an operator",
    answers: { 200: operator },
    problems: [404],
  },
  updateOperator: {
    method: "patch",
    path: "/api/v1/operators/{id}/",
    tag: "audience",
    right: "operators:write",
    summary: "Change an operator",
    description:
      "A rate holds from the next claim on, a second later at most. A price holds for dispatches that begin later; null empties it.",
    body: { schema: operatorUpdateSchema, example: { rate_per_second: 50 } },
    answers: { 200: operator },
    problems: [403, 404, 409],
  },
  deleteOperator: {
    method: "delete",
    path: "/api/v1/operators/{id}/",
    tag: "audience",
    right: "operators:write",
    summary: "Delete an operator that nothing refers to",
    answers: gone,
    problems: [403, 404, 409],
  },
});
