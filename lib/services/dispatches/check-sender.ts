import { gatewaysOfOperators } from "@/db/audience/operators";
import type { Filters } from "@/db/audience/terms";
import type { Sql, Tx } from "@/db/client";
import type { FieldError } from "@/lib/domain/errors";
import type { Context } from "@/lib/services/context";

/**
 * What is wrong with a sender. Each gateway that a dispatch may go through must list it: that of
 * its operators, or of every operator, since people change operators while it runs; that alone
 * which a test names. Who names none pays nothing for it.
 */
export async function senderErrors(
  ctx: Context,
  sql: Sql | Tx,
  sender: string | null | undefined,
  { operatorNo, terms, gateway }: Pick<Filters, "operatorNo" | "terms"> & { gateway?: string | null },
): Promise<FieldError[]> {
  if (sender === null || sender === undefined) return [];
  const named = operatorNo === null ? (terms?.operators ?? []) : [operatorNo];
  const names = gateway ? [gateway] : await gatewaysOfOperators(sql, named);
  const lists = names.map((name) => ({ name, senders: ctx.gateways?.of(name)?.senders ?? [] }));
  const missing = lists.filter(({ senders }) => !senders.includes(sender)).map(({ name }) => name);
  if (lists.length > 0 && missing.length === 0) return [];
  const [first = { senders: [] }, ...others] = lists;
  const shared = first.senders.filter((name) => others.every(({ senders }) => senders.includes(name)));
  const isSomewhere = missing.length < lists.length;
  const code = isSomewhere ? "sender_not_everywhere" : shared.length > 0 ? "unknown_sender" : "no_sender";
  const params = { value: sender, missing: missing.join(", "), names: shared.join(", ") || "—" };
  return [{ pointer: "/sender", code, params }];
}
