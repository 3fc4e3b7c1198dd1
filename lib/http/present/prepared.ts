import type { Draft, Template } from "@/lib/contract/dispatches/prepared";
import type { Prepared } from "@/lib/services/dispatches/prepared/get-prepared";

const stamps = ({ version, author, editor, createdAt, updatedAt }: Prepared) => ({
  version,
  author,
  editor,
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});

export const presentDraft = (draft: Prepared): Draft => ({
  id: draft.id,
  name: draft.name,
  content: draft.content,
  ...stamps(draft),
});

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);

export function presentTemplate(template: Prepared): Template {
  const { max_segments: max } = template.content;
  return {
    id: template.id,
    name: template.name!,
    message_text: String(template.content.message_text),
    max_segments: typeof max === "number" ? max : null,
    filter_mobile_operator_code: textOrNull(template.content.filter_mobile_operator_code),
    filter_tag: textOrNull(template.content.filter_tag),
    sender: textOrNull(template.content.sender),
    ...stamps(template),
  };
}
