import { plainRoutes, requireSessions } from "@/app/api/routes";
import { signOut } from "@/lib/services/access/sign-in";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = plainRoutes(
  {
    POST: async ({ ctx, request }) =>
      new Response(null, { status: 204, headers: await signOut(ctx, requireSessions(), request.headers) }),
  },
  { isPublic: true },
);
