import { scrubMessages } from "@/db/audience/erase";
import { deleteOldRows } from "@/db/audience/import-rows";
import { deleteOldRanges } from "@/db/audience/number-ranges";
import {
  deleteEndedSessions,
  deleteIdempotencyKeys,
  deleteImportErrors,
  forgetOldSecrets,
} from "@/db/dispatches/retention";
import type { Context } from "@/lib/services/context";

/** docs/operations.md names them. */
const IDEMPOTENCY_KEYS_DAYS = 30;
const SESSIONS_DAYS = 30;
/** How long an import can be undone. */
const IMPORT_ROWS_DAYS = 30;
const IMPORT_ERRORS_DAYS = 90;
/** Rows a statement deletes at most: some milliseconds of work. The next sweep takes the rest. */
const STEP = 5_000;
/** Each erasure costs one look at the key of messages for each dispatch. */
const ERASURES_STEP = 50;

/**
 * Deletes rows that nobody needs any more, and the phones of people who were erased while their
 * dispatches went on: a bounded number at each call.
 */
export async function tidyUp({ db: { sql } }: Context): Promise<void> {
  await deleteIdempotencyKeys(sql, IDEMPOTENCY_KEYS_DAYS, STEP);
  await deleteEndedSessions(sql, SESSIONS_DAYS, STEP);
  await deleteOldRows(sql, IMPORT_ROWS_DAYS, STEP);
  await deleteOldRanges(sql, IMPORT_ROWS_DAYS, STEP);
  await deleteImportErrors(sql, IMPORT_ERRORS_DAYS, STEP);
  await forgetOldSecrets(sql);
  await scrubMessages(sql, ERASURES_STEP);
}
