import { listSandboxMessages as listRows, type SandboxMessageRow } from "@/db/sending/sandbox";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** What a phone shows, newest first. */
export interface SandboxMessages {
  phone: string;
  items: SandboxMessageRow[];
}

/**
 * The newest 50 messages that have reached a phone, newest first. A number that nobody has is a
 * phone without messages. @throws ValidationError
 */
export async function listSandboxMessages(ctx: Context, phoneText: string): Promise<SandboxMessages> {
  requireRight(ctx, "audience:read");
  const phone = requirePhone(ctx, phoneText);
  return { phone, items: await listRows(ctx.db.sql, phone) };
}
