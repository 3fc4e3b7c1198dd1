import { routes } from "@/app/api/routes";
import { dispatchOperations } from "@/lib/contract/operations/dispatches";
import { handle } from "@/lib/http/operations";
import { presentCalendar } from "@/lib/http/present/calendar";
import { getCalendar } from "@/lib/services/dispatches/lists/get-calendar";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(dispatchOperations.getCalendar, async ({ ctx, query }) =>
    presentCalendar(await getCalendar(ctx, query)),
  ),
);
