import { routes } from "@/app/api/routes";
import { numberRangeOperations } from "@/lib/contract/operations/number-ranges";
import { handle } from "@/lib/http/operations";
import { presentRangeLoad } from "@/lib/http/present/number-range";
import { applyRangeLoad } from "@/lib/services/audience/ranges/apply-range-load";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(numberRangeOperations.applyRangeLoad, async ({ ctx, id, locale }) => {
    const { row, current } = await applyRangeLoad(ctx, id);
    return presentRangeLoad(row, current, locale);
  }),
);
