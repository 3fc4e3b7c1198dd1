import { plainRoutes } from "@/app/api/routes";
import { openApiDocument } from "@/lib/contract/openapi/document";
import { taggedJson } from "@/lib/http/answers";
import { VERSION } from "@/lib/version";

let made: Record<string, unknown> | undefined;

/** What there is to call, for programs and for /docs. Nothing of this installation is in it. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = plainRoutes(
  {
    GET: ({ request }) => {
      made ??= openApiDocument(VERSION);
      return taggedJson(request, made, "no-cache");
    },
  },
  { isPublic: true },
);
