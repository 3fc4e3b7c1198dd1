import type { Sql } from "@/db/client";
import { iso, messageIdSql } from "@/db/sql";

export interface SandboxMessageRow {
  id: string;
  dispatchId: string;
  text: string;
  sender: string | null;
  status: "sent" | "delivered";
  settledAt: string;
}

/**
 * A phone shows what came lately. Each dispatch costs one look at the key, so their number bounds
 * the work.
 */
const DISPATCHES_MAX = 200;
const MESSAGES_MAX = 50;

/**
 * What the newest dispatches have brought to a phone, newest first. A recipient that was deleted
 * since still has its number.
 */
export function listSandboxMessages(sql: Sql, phone: string): Promise<SandboxMessageRow[]> {
  return sql<SandboxMessageRow[]>`
    select m.id::text as id, d.id as "dispatchId", coalesce(x.text, d.message_text) as text, d.sender,
      m.status, ${iso(sql, "m.settled_at")} as "settledAt"
    from recipients r
    cross join (
      select no, id, message_text, sender from dispatches where started_at is not null
        order by no desc limit ${DISPATCHES_MAX}
    ) d
    join messages m on m.id = ${messageIdSql(sql, "d.no", "r.no")}
    left join message_texts x on x.message_id = m.id
    where r.phone = ${phone} and m.status in ('sent', 'delivered') and m.settled_at is not null
    order by m.settled_at desc, m.id desc limit ${MESSAGES_MAX}`;
}
