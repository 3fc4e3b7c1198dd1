import { plainRoutes, requireSessions } from "@/app/api/routes";
import { signInSchema } from "@/lib/contract/access/user";
import { signIn } from "@/lib/services/access/sign-in";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = plainRoutes(
  {
    POST: async ({ ctx, request, json: body }) => {
      const headers = await signIn(ctx, requireSessions(), await body(signInSchema), request.headers);
      return new Response(null, { status: 204, headers });
    },
  },
  { isPublic: true },
);
