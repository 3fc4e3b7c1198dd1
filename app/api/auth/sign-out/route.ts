import { signOut } from "@/lib/services/sign-in";
import { requireSessions, routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, request }) => new Response(null, { status: 204, headers: await signOut(ctx, requireSessions(), request.headers) }),
  },
  { isPublic: true },
);
