import type { Sql } from "postgres";

const texts = [
  "Spring sale: 20 % off everything until Sunday. Show this message at the till.",
  "Your order is ready. We are open from 10 to 22, 12 Bell Street.",
  "A reminder: your invoice is due on Friday.",
  "Закрытая распродажа для своих: сегодня с 20:00, код VIP20.",
  "Planned works tonight from 1:00 to 4:00: the account will be unavailable.",
  "Новая коллекция уже в магазинах. Ждём вас!",
  "Tell us how we did: answer with a number from 1 to 5.",
];
const authors = ["anna@example.com", "boris@example.com", "key shop", "vera@example.com", "anonymous"];

/**
 * Years of work, written as it would stand in the rows: nine in ten are over, in the 24 months
 * before now; the rest start in the next 60 days. Needs the demo data's operators and tags.
 */
export async function fillDispatches(sql: Sql, count: number): Promise<void> {
  await sql`
    insert into dispatches (id, timezone, start_at, end_at, start_input, end_input, message_text,
      segments, tag_no, operator_no, author, created_at, status, audience, started_at, finished_at)
    select gen_random_uuid(), 'Europe/Moscow', at, at + interval '3 hours', to_char(at, 'YYYY-MM-DD"T"HH24:MI'),
      to_char(at + interval '3 hours', 'YYYY-MM-DD"T"HH24:MI'),
      (${texts}::text[])[1 + i % ${texts.length}] || ' No. ' || i, 1,
      case when i % 3 > 0 then (select no from tags order by no offset i % (select count(*) from tags) limit 1) end,
      case when i % 7 = 0 then (select min(no) from operators) end,
      (${authors}::text[])[1 + (i / 3) % ${authors.length}], at - interval '1 day',
      case when not is_over then 'scheduled' when i % 23 = 0 then 'expired'
        when i % 31 = 0 then 'cancelled' else 'completed' end,
      case when is_over then 1000 + (i * 7919) % 19000 end,
      case when is_over then at end, case when is_over then at + interval '20 minutes' + i % 90 * interval '1 minute' end
    from generate_series(1, ${count}) i,
      lateral (select i % 10 > 0 as is_over) o,
      lateral (select date_trunc('hour', clock_timestamp()) + case when is_over
        then -interval '1 hour' * (3 + (i * 17.0 / ${count} * 1000)::int % 17520)
        else interval '1 hour' * (1 + (i * 7) % 1440) end as at) t`;
  await sql`
    insert into lanes (dispatch_no, operator_no, open, drained, delivered, undelivered, failed)
    select d.no, o.no, false, true, part - part / 20 - part / 50, part / 20, part / 50
    from dispatches d cross join operators o,
      lateral (select d.audience / (select count(*) from operators) as part) p
    where d.status in ('completed', 'expired', 'cancelled') and d.audience is not null
      and not exists (select from lanes l where l.dispatch_no = d.no)`;
  await sql`
    update dispatches d set audience = (
      select sum(delivered + undelivered + failed) from lanes l where l.dispatch_no = d.no)
    where d.audience is not null and exists (select from lanes l where l.dispatch_no = d.no and not l.open)`;
  await sql`analyze`;
}
