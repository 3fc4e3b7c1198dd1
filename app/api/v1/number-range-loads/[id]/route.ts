import { routes } from "@/app/api/routes";
import { numberRangeOperations } from "@/lib/contract/operations/number-ranges";
import { handle } from "@/lib/http/operations";
import { presentRangeLoad } from "@/lib/http/present/number-range";
import { discardRangeLoad } from "@/lib/services/audience/ranges/discard-range-load";
import { getRangeLoad } from "@/lib/services/audience/ranges/get-range-load";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(numberRangeOperations.getRangeLoad, async ({ ctx, id, locale }) => {
    const { row, current } = await getRangeLoad(ctx, id);
    return presentRangeLoad(row, current, locale);
  }),
  handle(numberRangeOperations.discardRangeLoad, ({ ctx, id }) => discardRangeLoad(ctx, id)),
);
