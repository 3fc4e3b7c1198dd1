/**
 * The API reads `{{` in every text, and `\{{` is how it is told to leave the braces alone. A form
 * knows whether its text is personal, and what is typed in one that is not goes out as it stands.
 */
const LITERAL = "\\{{";

/** What the form holds, as the API takes it. */
export const sentText = ({ personal, message_text: text }: { personal: boolean; message_text: string }) =>
  personal ? text : text.replaceAll("{{", LITERAL);

/** A text of the API, as the form holds it: without a placeholder it is no personal one. */
export function typedText(text: string): { personal: boolean; message_text: string } {
  return text.replaceAll(LITERAL, " ").includes("{{")
    ? { personal: true, message_text: text }
    : { personal: false, message_text: text.replaceAll(LITERAL, "{{") };
}

/** What of a personal text is known without its people: all but the values. */
export const knownPart = (text: string) => text.replace(/\{\{[^{}|]*\|?([^{}]*)\}\}/g, "$1");
