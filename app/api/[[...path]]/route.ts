import { plainRoutes } from "@/app/api/routes";
import { HttpError } from "@/lib/http/problem";

const nothing = () => {
  throw new HttpError(404, "not-found");
};

/** What is not there is a problem too, never a page. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = plainRoutes(
  {
    GET: nothing,
    POST: nothing,
    PUT: nothing,
    PATCH: nothing,
    DELETE: nothing,
  },
  { isPublic: true },
);
