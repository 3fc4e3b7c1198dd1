import { v7 as uuidv7 } from "uuid";
import { holdForErasure, scrubMessages, scrubPerson } from "@/db/audience/erase";
import { transaction } from "@/db/client";
import { isDeadlock } from "@/lib/common/database-errors";
import { retry } from "@/lib/common/retry";
import { ConflictError, NotFoundError } from "@/lib/domain/errors";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";
import { requirePhone } from "./get-recipient";

const TRIES_MAX = 5;
const OPEN_MAX = 100;

/**
 * Erases what is known of a number: of a recipient, a deleted one too, and of whoever only
 * answered. What is not written to them yet is not, as after an opt-out. What keeps people from
 * being written to twice stays: the recipient's row, and messages without a phone. So does when
 * what was done by whom. In messages of dispatches that go on the phone is scrubbed when they end,
 * by a sweep.
 * @throws ValidationError, NotFoundError; ConflictError while a file is being read that may name it
 */
export async function eraseRecipient(ctx: Context, phoneText: string): Promise<void> {
  requireRight(ctx, "audience:erase");
  const phone = requirePhone(ctx, phoneText);
  const { actor } = ctx;
  const work = () =>
    transaction(ctx.db.sql, async (tx) => {
      const held = await holdForErasure(tx, phone);
      if (!held) throw new ConflictError("import_running");
      const found = await scrubPerson(tx, held.no, {
        id: uuidv7(),
        phone,
        actor: actor.name,
        address: actor.origin?.address ?? null,
        requestId: actor.origin?.requestId ?? null,
      });
      if (held.isNew && found === 0) throw new NotFoundError("recipient", phone);
    });
  await retry(work, { isPassing: isDeadlock, triesMax: TRIES_MAX });
  await scrubMessages(ctx.db.sql, OPEN_MAX);
}
