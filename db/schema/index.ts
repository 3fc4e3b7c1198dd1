/**
 * The tables. Numbers (`no`) are internal; UUIDs (v7) are public. Times are `timestamptz`; the zone
 * and the text that a user typed stand beside them.
 *
 * Plain statements on plain tables use Drizzle's builder (`orm`, `db/builder.ts`): the compiler
 * knows their columns, and instants come as `Date`. The hot path, what every request asks and what
 * the builder cannot say is SQL; the builder's statements are not prepared.
 *
 * Audience. `operators` (`rate`, `next_slot_at`), `tags`, `recipients` (`no` below 2^32, deleted
 * softly), `recipient_tags`. `holdReferences` holds what recipients refer to once a transaction
 * instead of foreign keys (docs/decisions/0012). `tag_counts`: the number of recipients with a tag
 * is the sum of its rows; a trigger adds one row a statement, and sweeps fold them. `suppressions`
 * has one row a number and reason; `recipients.opted_out_at`, which claims read, is set exactly
 * while the number has one. A suppressed number without a recipient gets a deleted recipient of
 * operator 0, so that adding it later meets the opt-out. `attribute_names`: what personal texts may
 * name, added by imports and edits. `imports`, `import_parts` (the file until
 * it is read), `import_rows` (30 days); `import_errors` is of versions before. `number_ranges` by
 * load; `number_plan` says which load holds. `erasures`, `erased_suppressions`
 * (opt-outs by a keyed hash) and `erasure_keys`: docs/decisions/0027.
 *
 * Dispatches. `dispatches` (`max_no` fixes the audience at the opening; `version` rises with edits
 * only), `lanes`, `chunks`, `messages`, `message_texts` (what messages of a personal dispatch say),
 * `retries`, `attempts` (those after which another was to follow), `failures`, `lane_zones`,
 * `lane_receipts` (when it was delivered). `messages` has one index, its key: an index that names
 * `status` would make every settle a non-HOT update.
 * `failures.xid` orders failures by transaction, so that gathering them for webhooks misses none
 * (docs/decisions/0011). `idempotency_keys` keeps a key's answer, in the transaction of its row.
 * `prepared_dispatches` has drafts and templates, which are no dispatches yet and stay until
 * somebody deletes them; `dispatch_views` has filters of the list under names.
 *
 * Webhooks. `webhooks`, `webhook_deliveries`: `moveDispatch`, the only statement that changes a
 * dispatch's state, writes the deliveries that tell of it.
 *
 * Access. `users`, `sessions`, `accounts`, `verifications` (the sign-in library's columns, our
 * names), `invitations` (one-time links), `api_keys`, `daily_spend`, `request_limits`. `audit_log`
 * has every change with its actor, in the change's transaction, and sign-ins, refusals and exports;
 * a trigger makes it append-only, and it names fields as the API does.
 *
 * State. `sending_state`: the emergency stop and the last sweep.
 *
 * Retention. Every hour (`lib/inngest/functions/retention.ts`) messages, attempts, failures, chunks
 * and `lane_receipts` of dispatches that ended more than `RETENTION_DAYS` ago, as did their
 * windows, are deleted in steps of 5,000 rows, after the last chunks were folded: counters stay. A
 * closed window cannot be sent in again, so no missing row lets anybody be claimed twice. Replies
 * go at that age, too. Each sweep tidies up at most 5,000 rows of each
 * (`lib/services/sending/tidy-up.ts`): idempotency keys after 30 days; sessions 30 days after their
 * end, except each user's newest; import rows after 30 days, and ranges that were replaced or not
 * applied by then; replaced webhook secrets after a day.
 */
export * from "./audience";
export * from "./dispatches";
export * from "./health";
export * from "./sending";
export * from "./users";
export * from "./webhooks";
