import { z } from "zod";
import { passwordChangeSchema, sessionSchema } from "@/lib/contract/access/account";
import { defineOperations } from "./operation";

export const accountOperations = defineOperations({
  changePassword: {
    method: "put",
    path: "/api/v1/account/password/",
    tag: "access",
    right: "account",
    needs: "sign-in",
    summary: "Change one's own password",
    description:
      "Of whoever is signed in; no key has an account. All of one's other sessions end. Common passwords are refused.",
    body: {
      schema: passwordChangeSchema,
      example: { current_password: "the present one", new_password: "a bell in the tower" },
    },
    answers: { 204: { description: "It is changed." } },
    problems: [403, 404, 409],
  },
  listSessions: {
    method: "get",
    path: "/api/v1/account/sessions/",
    tag: "access",
    right: "account",
    needs: "sign-in",
    summary: "Where one is signed in",
    answers: {
      200: {
        description: "One's own sessions, the last used first.",
        schema: z.object({ items: z.array(sessionSchema) }),
      },
    },
    problems: [404],
  },
  endOtherSessions: {
    method: "delete",
    path: "/api/v1/account/sessions/",
    tag: "access",
    right: "account",
    needs: "sign-in",
    summary: "Sign out everywhere else",
    answers: { 204: { description: "This session is one's only one." } },
    problems: [404],
  },
  endSession: {
    method: "delete",
    path: "/api/v1/account/sessions/{id}/",
    tag: "access",
    right: "account",
    needs: "sign-in",
    summary: "End one of one's own sessions",
    answers: { 204: { description: "It has ended." } },
    problems: [404],
  },
});
