import { signInSchema } from "@/lib/contract/user";
import { requireSessions, routes } from "../../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ request, json: body }) => {
      const headers = await requireSessions().signIn(await body(signInSchema), request.headers);
      return new Response(null, { status: 204, headers });
    },
  },
  { isPublic: true },
);
