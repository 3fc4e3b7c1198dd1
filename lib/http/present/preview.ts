import type * as contract from "@/lib/contract/dispatches/preview";
import { type Locale, textOf } from "@/lib/contract/texts";
import type { Preview } from "@/lib/services/dispatches/preview-dispatch";
import { presentCost } from "./cost";
import { presentWarnings } from "./dispatch";

export const presentPreview = (preview: Preview, locale: Locale): contract.PreviewAnswer => {
  const { audience, message, personal, cost, window, forecast, repeats } = preview;
  return {
    audience: {
      total: audience.total,
      is_estimate: audience.isEstimate,
      clauses: audience.clauses.map(({ clause, left, isEstimate }) => ({
        clause,
        left,
        is_estimate: isEstimate,
      })),
      by_operator: audience.byOperator.map(({ operator, count }) => ({
        operator: presentOperator(operator),
        count,
      })),
      excluded: (
        [
          { reason: "opted_out", count: audience.optedOut },
          { reason: "unknown_zone", count: audience.unknownZone },
        ] as const
      ).filter(({ count }) => count > 0),
      samples: audience.samples,
      night: audience.night,
    },
    message: message && {
      encoding: message.encoding,
      segments: message.segments,
      characters: message.characters,
      forces_ucs2: message.forcesUcs2,
    },
    personal: personal && {
      is_estimate: !personal.isAll,
      by_segments: personal.bySegments,
      skipped: personal.skipped.map(({ reason, count }) => ({
        ...{ reason, count, detail: textOf(locale, `skipped.${reason}`) },
      })),
      forced_ucs2: personal.forcedUcs2,
      longest: personal.longest,
      samples: personal.samples,
    },
    cost: cost && presentCost(cost),
    window: window && {
      start_datetime: window.start.toISOString(),
      end_datetime: window.end.toISOString(),
      moved: window.moved,
      repeated: window.repeated,
    },
    forecast: forecast && {
      finishes_at: isoOf(forecast.finishesAt),
      not_sent: forecast.notSent,
      by_operator: forecast.byOperator.map(({ operator, finishesAt, notSent }) => ({
        operator: presentOperator(operator),
        finishes_at: isoOf(finishesAt),
        not_sent: notSent,
      })),
      by_zone: forecast.byZone.map(({ zone, count, notSent, beginsAt }) => ({
        timezone: zone,
        count,
        begins_at: isoOf(beginsAt),
        not_sent: notSent,
      })),
      fits: forecast.notSent === 0,
      suggested_end: isoOf(forecast.suggestedEnd),
    },
    repeats: repeats && { id: repeats.id, status: repeats.status, start_datetime: repeats.startAt },
    warnings: presentWarnings(preview.warnings, preview.text, locale),
  };
};

const presentOperator = ({ id, code, name }: { id: string; code: string; name: string }) => ({
  id,
  code,
  name,
});
const isoOf = (at: Date | null) => at?.toISOString() ?? null;
