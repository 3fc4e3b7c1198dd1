import {
  invitationAcceptedSchema,
  invitationAcceptSchema,
  invitationCreateSchema,
  invitationSchema,
  newInvitationSchema,
  userSchema,
  userUpdateSchema,
} from "@/lib/contract/access/user";
import { pageOf, pageQuerySchema } from "@/lib/contract/page";
import { defineOperations } from "./operation";

export const userOperations = defineOperations({
  listUsers: {
    method: "get",
    path: "/api/v1/users/",
    tag: "access",
    right: "users:manage",
    summary: "List users",
    query: pageQuerySchema,
    answers: { 200: { description: "A page of users.", schema: pageOf(userSchema) } },
    problems: [403],
  },
  updateUser: {
    method: "patch",
    path: "/api/v1/users/{id}/",
    tag: "access",
    right: "users:manage",
    summary: "Give a user another role, shut one out or let one in",
    body: { schema: userUpdateSchema, example: { role: "marketer" } },
    answers: { 200: { description: "The user.", schema: userSchema } },
    problems: [403, 404, 409],
  },
  listInvitations: {
    method: "get",
    path: "/api/v1/invitations/",
    tag: "access",
    right: "users:manage",
    needs: "sign-in",
    summary: "List the one-time links that still work",
    query: pageQuerySchema,
    answers: {
      200: { description: "A page of links, without what they are.", schema: pageOf(invitationSchema) },
    },
    problems: [403, 404],
  },
  createInvitation: {
    method: "post",
    path: "/api/v1/invitations/",
    tag: "access",
    right: "users:manage",
    needs: "sign-in",
    summary: "A one-time link for somebody new, or to a new password",
    description:
      "It works once, within 24 hours, as long as its author may make such. A new link for somebody replaces the one before it.",
    body: { schema: invitationCreateSchema, example: { role: "marketer", email: "ann@example.com" } },
    answers: { 201: { description: "The link: it is told this once.", schema: newInvitationSchema } },
    problems: [403, 404, 409],
  },
  withdrawInvitation: {
    method: "delete",
    path: "/api/v1/invitations/{id}/",
    tag: "access",
    right: "users:manage",
    needs: "sign-in",
    summary: "Withdraw a one-time link",
    answers: { 204: { description: "It works no longer." } },
    problems: [403, 404],
  },
  acceptInvitation: {
    method: "post",
    path: "/api/v1/invitations/accept/",
    tag: "access",
    needs: "sign-in",
    summary: "Use a one-time link",
    isPublic: true,
    body: {
      schema: invitationAcceptSchema,
      example: {
        token: "x".repeat(43),
        name: "Ann",
        email: "ann@example.com",
        password: "a password of some length",
      },
    },
    answers: { 200: { description: "Who may sign in now.", schema: invitationAcceptedSchema } },
    problems: [404, 409],
  },
});
