import { z } from "zod";
import { clauses } from "@/lib/domain/audience/clause";
import { dispatchStatuses } from "@/lib/domain/lifecycle";
import { textProblems } from "@/lib/domain/text/personal-text";
import { costSchema } from "./cost";
import { dispatchCreateSchema, warningCodes } from "./dispatch";

/**
 * The body of `POST /api/v1/dispatches/preview/`: that of a create, as far as it is filled in. What
 * is missing is not computed.
 */
export const previewSchema = dispatchCreateSchema.omit({ draft: true }).partial();

/** The dispatch that is being edited, which does not compete with itself. */
export const previewQuerySchema = z.strictObject({ dispatch: z.uuid().optional() });
export type PreviewQuery = z.output<typeof previewQuerySchema>;

const count = z.int().min(0);
const instant = z.iso.datetime();
const operator = z.object({ id: z.uuid(), code: z.string(), name: z.string() });

const personsText = z.object({ phone: z.string(), text: z.string(), segments: z.int().min(1) });

export const previewAnswerSchema = z.object({
  audience: z.object({
    total: count,
    /** Exact numbers would have taken too long: those by operator are estimates, too. */
    is_estimate: z.boolean(),
    /**
     * Of an `audience`: how many can be sent to, and how many of them each clause leaves, one after
     * the other. Empty without one.
     */
    clauses: z.array(
      z.object({ clause: z.enum(["everyone", ...clauses]), left: count, is_estimate: z.boolean() }),
    ),
    by_operator: z.array(z.object({ operator, count })),
    /** Who matches the filters and gets nothing. */
    excluded: z.array(z.object({ reason: z.enum(["opted_out", "unknown_zone"]), count })),
    /** Phones of a few who would get it. */
    samples: z.array(z.string()),
    /**
     * How many would get it between 21:00 and 09:00 of their own time, or of the dispatch's zone
     * where theirs is not known. An estimate; null without a window.
     */
    night: count.nullable(),
  }),
  /**
   * Of a text with placeholders: what stands in it for everybody, and in `segments` the mean of all
   * texts, rounded up, which the forecast counts with.
   */
  message: z
    .object({
      encoding: z.enum(["GSM-7", "UCS-2"]),
      segments: count,
      characters: count,
      /** Characters that have no place in GSM-7, each once. */
      forces_ucs2: z.array(z.string()),
    })
    .nullable(),
  /** What each person would be told; null without placeholders. */
  personal: z
    .object({
      /** It speaks of a sample of 10,000 at most; counts are those of all. */
      is_estimate: z.boolean(),
      by_segments: z.array(z.object({ segments: z.int().min(1), count })),
      /** Who would get nothing, and why. They are in the total. */
      skipped: z.array(z.object({ reason: z.enum(textProblems), count, detail: z.string() })),
      /** Whose text is UCS-2 because of what is known of them alone. */
      forced_ucs2: count,
      /** The three longest; empty for those who may not read who is in the audience. */
      longest: z.array(personsText),
      /** Those of three people; likewise. */
      samples: z.array(personsText),
    })
    .nullable(),
  /** Of all who would get it, at today's prices. Null without a text. */
  cost: costSchema.nullable(),
  window: z
    .object({ start_datetime: instant, end_datetime: instant, moved: z.boolean(), repeated: z.boolean() })
    .nullable(),
  /**
   * At today's rates, given what else is scheduled or running. Null without a text and a window.
   */
  forecast: z
    .object({
      finishes_at: instant.nullable(),
      not_sent: count,
      by_operator: z.array(z.object({ operator, finishes_at: instant.nullable(), not_sent: count })),
      /**
       * Where hours of the day matter, those with the largest share first: when each zone is first
       * sent to (null: at no time within the window), and how many of it are not. An estimate
       * also names zones that it found nobody in, with a count of 0.
       */
      by_zone: z.array(
        z.object({ timezone: z.string(), count, begins_at: instant.nullable(), not_sent: count }),
      ),
      fits: z.boolean(),
      /**
       * An end by which everybody would be reached, when this one is too early; null when it is
       * not, or when none is allowed.
       */
      suggested_end: instant.nullable(),
    })
    .nullable(),
  /**
   * The last dispatch that sent, or will send, the same text by the same filters: of the last seven
   * days, or still to come. Null without a text.
   */
  repeats: z.object({ id: z.uuid(), status: z.enum(dispatchStatuses), start_datetime: instant }).nullable(),
  warnings: z.array(z.object({ code: z.enum(warningCodes), detail: z.string() })),
});
export type PreviewAnswer = z.output<typeof previewAnswerSchema>;
