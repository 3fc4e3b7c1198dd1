import type { prefetch } from "@/app/prefetch";
import { presentOperator } from "@/lib/http/present/operator";
import { presentGateways, presentQuietHours } from "@/lib/http/present/sending";
import { presentTag } from "@/lib/http/present/tag";
import { listOperators } from "@/lib/services/audience/list-operators";
import { listTags } from "@/lib/services/audience/list-tags";
import type { Context } from "@/lib/services/context";
import { listGateways } from "@/lib/services/sending/list-gateways";
import { getQuietHours } from "@/lib/services/sending/quiet-hours";
import { gatewaysQuery } from "@/lib/web/prepared-queries";
import { operatorsQuery, quietHoursQuery, tagsQuery } from "@/lib/web/queries";

/** What the form of a dispatch shows beside the dispatch itself. */
export const formQueries = (ctx: Context): Parameters<typeof prefetch>[0] => [
  [
    operatorsQuery.queryKey,
    async () => (await listOperators(ctx, { limit: 200 })).items.map(presentOperator),
  ],
  [tagsQuery.queryKey, async () => (await listTags(ctx, { limit: 200 })).items.map(presentTag)],
  [gatewaysQuery.queryKey, async () => presentGateways(await listGateways(ctx)).items],
  [quietHoursQuery.queryKey, async () => presentQuietHours(await getQuietHours(ctx))],
];
