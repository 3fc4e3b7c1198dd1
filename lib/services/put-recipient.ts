import { insertAudit } from "@/db/audit";
import type { Tx } from "@/db/client";
import { operatorByPrefix, resolveOperator } from "@/db/operators";
import {
  findRecipient,
  holdReferences,
  insertRecipient,
  lockRecipient,
  type RecipientValues,
  setRecipientTags,
  updateRecipient,
} from "@/db/recipients";
import { resolveTags, type TagRow } from "@/db/tags";
import type { Recipient, RecipientPut } from "@/lib/contract/recipient";
import { type FieldError, ValidationError } from "@/lib/domain/errors";
import { requireRight } from "./authorize";
import type { Context } from "./context";
import { requirePhone, toRecipient } from "./get-recipient";

/**
 * Creates or replaces the recipient of a number; brings back a deleted one. It never opts anybody in.
 * @throws ValidationError: no phone, an unknown operator or none, unknown tags
 */
export async function putRecipient(
  ctx: Context,
  phoneText: string,
  input: RecipientPut,
): Promise<{ recipient: Recipient; created: boolean }> {
  requireRight(ctx, "audience:write");
  const phone = requirePhone(phoneText);
  return ctx.db.sql.begin(async (tx) => {
    const { operatorNo, tagNos } = await resolveReferences(tx, phone, input);
    const values = { phone, operatorNo, timezone: input.timezone, attributes: input.attributes };
    const known = await lockRecipient(tx, phone);
    const before = known && !known.deleted ? toRecipient((await findRecipient(tx, phone))!) : undefined;
    const no = known ? known.no : await insertOrLock(tx, values);
    if (known) await updateRecipient(tx, no, values);
    await setRecipientTags(tx, no, tagNos);
    const recipient = toRecipient((await findRecipient(tx, phone))!);
    const action = before ? "recipient.updated" : "recipient.created";
    await insertAudit(tx, { actor: ctx.actor, action, subjectType: "recipient", subjectId: phone, before, after: recipient });
    return { recipient, created: !before };
  }) as Promise<{ recipient: Recipient; created: boolean }>;
}

/** Somebody may insert the same number between our look and our INSERT; then theirs is replaced. */
async function insertOrLock(tx: Tx, values: RecipientValues): Promise<number> {
  const inserted = await insertRecipient(tx, values);
  if (inserted !== undefined) return inserted;
  const known = (await lockRecipient(tx, values.phone))!;
  await updateRecipient(tx, known.no, values);
  return known.no;
}

async function resolveReferences(tx: Tx, phone: string, input: RecipientPut): Promise<{ operatorNo: number; tagNos: number[] }> {
  const errors: FieldError[] = [];
  const operator = input.operator === null ? await operatorByPrefix(tx, phone) : await resolveOperator(tx, input.operator);
  if (!operator)
    errors.push(
      input.operator === null
        ? { pointer: "/operator", code: "no_operator_for_phone", params: { phone } }
        : { pointer: "/operator", code: "unknown_operator", params: { value: input.operator } },
    );
  const known = await resolveTags(tx, input.tags);
  const tags = input.tags.map((text) => findTagIn(known, text));
  tags.forEach((tag, index) => {
    if (!tag) errors.push({ pointer: `/tags/${index}`, code: "unknown_tag", params: { value: input.tags[index]! } });
  });
  if (errors.length > 0) throw new ValidationError(errors);
  const found = { operatorNo: operator!.no, tagNos: [...new Set(tags.map((tag) => tag!.no))] };
  // What was deleted since the look above is named by the next one.
  return (await holdReferences(tx, [found.operatorNo], found.tagNos)) ? found : resolveReferences(tx, phone, input);
}

const findTagIn = (tags: TagRow[], text: string) =>
  tags.find((tag) => tag.id === text.toLowerCase()) ?? tags.find((tag) => tag.name === text);
