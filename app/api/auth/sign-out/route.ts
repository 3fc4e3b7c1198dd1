import { requireSessions, routes } from "@/app/api/routes";
import { signOut } from "@/lib/services/access/sign-in";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  {
    POST: async ({ ctx, request }) => new Response(null, { status: 204, headers: await signOut(ctx, requireSessions(), request.headers) }),
  },
  { isPublic: true },
);
