import { routes } from "@/app/api/routes";
import { numberRangeOperations } from "@/lib/contract/operations/number-ranges";
import { handle } from "@/lib/http/operations";
import { presentRangeLoad } from "@/lib/http/present/number-range";
import { presentPage } from "@/lib/http/present/page";
import { listRangeLoads } from "@/lib/services/audience/ranges/list-range-loads";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(numberRangeOperations.listRangeLoads, async ({ ctx, query, locale }) => {
    const found = await listRangeLoads(ctx, query);
    return presentPage(found, (row) => presentRangeLoad(row, found.current, locale));
  }),
);
