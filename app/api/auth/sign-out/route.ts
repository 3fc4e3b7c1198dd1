import { requireSessions, routes } from "../../routes";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  { POST: async ({ request }) => new Response(null, { status: 204, headers: await requireSessions().signOut(request.headers) }) },
  { isPublic: true },
);
