import { routes } from "@/app/api/routes";
import { numberRangeOperations } from "@/lib/contract/operations/number-ranges";
import { handle } from "@/lib/http/operations";
import { presentNumberRange, presentRangeLoad } from "@/lib/http/present/number-range";
import { presentPage } from "@/lib/http/present/page";
import { awaitRangeLoad } from "@/lib/services/audience/ranges/get-range-load";
import { listNumberRanges } from "@/lib/services/audience/ranges/list-number-ranges";
import { removeRanges, startRangeLoad } from "@/lib/services/audience/ranges/start-range-load";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = routes(
  handle(numberRangeOperations.listNumberRanges, async ({ ctx, query }) =>
    presentPage(await listNumberRanges(ctx, query), presentNumberRange),
  ),
  handle(numberRangeOperations.loadNumberRanges, async ({ ctx, query, body, locale, request }) => {
    const started = await startRangeLoad(ctx, body, query);
    if (!query.dry_run) return { status: 202 as const, value: presentRangeLoad(started, null, locale) };
    const { row, current } = await awaitRangeLoad(ctx, started.id, request.signal);
    return { status: 200 as const, value: presentRangeLoad(row, current, locale) };
  }),
  handle(numberRangeOperations.removeNumberRanges, async ({ ctx, query, locale, request }) => {
    const started = await removeRanges(ctx, query);
    if (!query.dry_run) return { status: 202 as const, value: presentRangeLoad(started, null, locale) };
    const { row, current } = await awaitRangeLoad(ctx, started.id, request.signal);
    return { status: 200 as const, value: presentRangeLoad(row, current, locale) };
  }),
);
