import { z } from "zod";
import { storableText } from "@/lib/contract/text";
import { idText, reference } from "./audience";
import { attributeName, attributeValueMax } from "./recipient";

/** Of each list of tags. */
export const tagTermsMax = 20;
export const operatorTermsMax = 50;
export const attributeTermsMax = 10;
export const attributeValuesMax = 50;
export const excludedDispatchesMax = 10;

const termsOf = <T extends z.ZodType>(item: T, max: number) =>
  z.array(item, { error: "array" }).max(max, "too_many_terms").optional();
const tagTerms = termsOf(reference, tagTermsMax);

/**
 * Who belongs to an audience: those for whom all clauses hold. What is left out asks nothing. Tags
 * are names or ids, operators codes or ids.
 */
export const expressionSchema = z.strictObject(
  {
    tags: z.strictObject({ all: tagTerms, any: tagTerms, none: tagTerms }, { error: "object" }).optional(),
    operators: termsOf(reference, operatorTermsMax),
    attributes: termsOf(
      z.strictObject(
        {
          name: attributeName,
          in: z
            .array(storableText({ max: attributeValueMax, tooLong: "attribute_too_long" }), {
              error: "array",
            })
            .min(1, "empty_terms")
            .max(attributeValuesMax, "too_many_terms"),
        },
        { error: "object" },
      ),
      attributeTermsMax,
    ),
    /** Whom these have written to, or may have. */
    exclude_dispatches: termsOf(idText, excludedDispatchesMax),
  },
  { error: "object" },
);
export type Expression = z.output<typeof expressionSchema>;

/** As it is answered: whole, with names of tags, codes of operators and ids of dispatches. */
export const wholeExpressionSchema = z.object({
  tags: z.object({ all: z.array(z.string()), any: z.array(z.string()), none: z.array(z.string()) }),
  operators: z.array(z.string()),
  attributes: z.array(z.object({ name: z.string(), in: z.array(z.string()) })),
  exclude_dispatches: z.array(z.uuid()),
});
export type WholeExpression = z.output<typeof wholeExpressionSchema>;

/** An expression, or the id of a saved audience, whose expression is copied. */
export const audienceInput = z.union([idText, expressionSchema], { error: "audience" });
export type AudienceInput = z.output<typeof audienceInput>;
