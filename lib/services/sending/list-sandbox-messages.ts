import { listSandboxMessages as listRows } from "@/db/sending/sandbox";
import type { SandboxMessages } from "@/lib/contract/sending/sandbox";
import { requirePhone } from "@/lib/services/audience/get-recipient";
import { requireRight } from "@/lib/services/authorize";
import type { Context } from "@/lib/services/context";

/** The newest 50 messages that have reached a phone, newest first. A number that nobody has is a phone without messages. @throws ValidationError */
export async function listSandboxMessages(ctx: Context, phoneText: string): Promise<SandboxMessages> {
  requireRight(ctx, "audience:read");
  const phone = requirePhone(phoneText);
  const rows = await listRows(ctx.db.sql, phone);
  return {
    phone,
    items: rows.map(({ dispatchId, settledAt, ...row }) => ({ ...row, dispatch_id: dispatchId, settled_at: settledAt })),
  };
}
