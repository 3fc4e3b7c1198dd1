import { keepAttributeNames } from "@/db/audience/attribute-names";
import { holdPlan, placeNumber } from "@/db/audience/number-ranges";
import { resolveOperator } from "@/db/audience/operators";
import {
  findRecipient,
  holdReferences,
  insertRecipient,
  type LockedRecipient,
  lockRecipient,
  type RecipientRow,
  setRecipientTags,
  updateRecipient,
} from "@/db/audience/recipients";
import { resolveTags, type TagRow } from "@/db/audience/tags";
import { type Tx, transaction } from "@/db/client";
import { attributesMax, type RecipientPatch, type RecipientPut } from "@/lib/contract/audience/recipient";
import type { OperatorSource } from "@/lib/domain/audience/number-plan";
import { tidyName } from "@/lib/domain/audience/tidy-name";
import { type FieldError, NotFoundError, ValidationError } from "@/lib/domain/errors";
import { readPhone } from "@/lib/lists/phone";
import { audit } from "@/lib/services/audit";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { phoneOf, requirePhone } from "./get-recipient";
import { snapshotRecipient } from "./snapshots";

/**
 * Creates the recipient of a number or changes it: what is not named stays as it is. It brings back
 * a deleted one, as if it were new, and never opts anybody in. A number that cannot be written to
 * is refused, but of a recipient who is there already.
 * @throws ValidationError: no phone, an unknown operator or none, unknown tags
 */
export async function putRecipient(
  ctx: Context,
  phoneText: string,
  input: RecipientPut,
): Promise<{ recipient: RecipientRow; created: boolean }> {
  requireRight(ctx, "audience:write");
  const phone = phoneOf(ctx, phoneText);
  const { problem } = readPhone(phone ?? phoneText, ctx.country);
  const refusal = problem && new ValidationError([{ pointer: "/phone", code: problem }]);
  if (!phone) throw refusal ?? new ValidationError([{ pointer: "/phone", code: "phone" }]);
  if (refusal && !(await findRecipient(ctx.db.sql, phone))) throw refusal;
  return transaction(ctx.db.sql, async (tx) => {
    await keepAttributeNames(tx, Object.keys(input.attributes ?? {}));
    return write(ctx, tx, phone, input);
  });
}

/**
 * Changes a recipient who is there; of its attributes, too, only those that are named: null takes
 * one away. It never opts anybody in.
 * @throws ValidationError as {@link putRecipient}, and for too many attributes; NotFoundError
 */
export function patchRecipient(
  ctx: Context,
  phoneText: string,
  { attributes: named, ...input }: RecipientPatch,
): Promise<RecipientRow> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(ctx, phoneText);
  return transaction(ctx.db.sql, async (tx) => {
    await keepAttributeNames(tx, valued(named));
    const known = await lockRecipient(tx, phone);
    if (!known || known.deleted) throw new NotFoundError("recipient", phone);
    const attributes = named && mergeAttributes((await findRecipient(tx, phone))!.attributes, named);
    const { recipient } = await write(ctx, tx, phone, { ...input, attributes });
    return recipient;
  });
}

const valued = (named: Record<string, string | null> | null | undefined) =>
  Object.entries(named ?? {}).flatMap(([name, value]) => (value === null ? [] : [name]));

function mergeAttributes(
  before: Record<string, string>,
  named: Record<string, string | null>,
): Record<string, string> {
  // A name that came before names were tidied is the one that is named now.
  const others = Object.entries(before).filter(([name]) => !Object.hasOwn(named, tidyName(name)));
  const merged = [...others, ...Object.entries(named)].filter(
    (pair): pair is [string, string] => pair[1] !== null,
  );
  if (merged.length > attributesMax)
    throw new ValidationError([{ pointer: "/attributes", code: "too_many_attributes" }]);
  return Object.fromEntries(merged);
}

async function write(
  ctx: Context,
  tx: Tx,
  phone: string,
  input: RecipientPut,
): Promise<{ recipient: RecipientRow; created: boolean }> {
  const known = await lockRecipient(tx, phone);
  const before = known && !known.deleted ? (await findRecipient(tx, phone))! : undefined;
  const { operatorNo, operatorSource, timezone, tagNos } = await resolveReferences(
    tx,
    phone,
    input,
    before && known,
  );
  const values = {
    phone,
    operatorNo,
    operatorSource,
    timezone: input.timezone === undefined ? (before?.timezone ?? timezone) : input.timezone,
    attributes: input.attributes === undefined ? (before?.attributes ?? {}) : (input.attributes ?? {}),
  };
  const no = known ? known.no : await insertRecipient(tx, values);
  // Somebody has inserted the same number since our look: now it is found.
  if (no === undefined) return write(ctx, tx, phone, input);
  if (known) await updateRecipient(tx, no, values);
  if (tagNos) await setRecipientTags(tx, no, tagNos);
  const recipient = (await findRecipient(tx, phone))!;
  const action = before ? "recipient.updated" : "recipient.created";
  await audit(ctx, tx, action, phone, {
    before: before && snapshotRecipient(before),
    after: snapshotRecipient(recipient),
  });
  return { recipient, created: !before };
}

interface References {
  operatorNo: number;
  operatorSource: OperatorSource | null;
  /** The one that the number ranges give: of somebody who has none. */
  timezone: string | null;
  tagNos: number[] | null;
}

/**
 * @param own the recipient as it is; without a new operator the recipient keeps theirs, whatever
 *   the number says
 */
async function resolveReferences(
  tx: Tx,
  phone: string,
  input: RecipientPut,
  own: LockedRecipient | undefined,
): Promise<References> {
  const errors: FieldError[] = [];
  const { operator: asked, tags: askedTags } = input;
  const isKept = asked === undefined && own !== undefined;
  const place = isKept ? undefined : await placeNumber(tx, await holdPlan(tx), phone);
  const operatorNo = isKept
    ? own.operatorNo
    : asked
      ? (await resolveOperator(tx, asked))?.no
      : place?.operatorNo;
  const operatorSource = isKept ? own.operatorSource : asked ? "named" : "number";
  if (operatorNo === undefined)
    errors.push(
      asked
        ? { pointer: "/operator", code: "unknown_operator", params: { value: asked } }
        : { pointer: "/operator", code: "no_operator_for_phone", params: { phone } },
    );
  const names = askedTags ?? [];
  const known = await resolveTags(tx, names);
  const tags = names.map((text) => findTagIn(known, text));
  tags.forEach((tag, index) => {
    if (!tag)
      errors.push({ pointer: `/tags/${index}`, code: "unknown_tag", params: { value: names[index]! } });
  });
  if (errors.length > 0) throw new ValidationError(errors);
  const tagNos = [...new Set(tags.map((tag) => tag!.no))];
  // What was deleted since the look above is named by the next one.
  if (!(await holdReferences(tx, [operatorNo!], tagNos))) return resolveReferences(tx, phone, input, own);
  return {
    operatorNo: operatorNo!,
    operatorSource,
    timezone: own ? null : (place?.timezone ?? null),
    tagNos: askedTags === undefined ? null : tagNos,
  };
}

const findTagIn = (tags: TagRow[], text: string) =>
  tags.find((tag) => tag.id === text.toLowerCase()) ?? tags.find((tag) => tag.name === text);
