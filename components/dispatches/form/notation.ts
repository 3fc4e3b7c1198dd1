/**
 * The API reads placeholders in every text, and `\{{` as plain braces. The form has a switch
 * instead: in a text that is not personal, braces are sent as plain braces.
 */
const LITERAL = "\\{{";

/** The text of the form in the API's notation. */
export const sentText = ({ personal, message_text: text }: { personal: boolean; message_text: string }) =>
  personal ? text : text.replaceAll("{{", LITERAL);

/** A text of the API as the form shows it. Without a placeholder it is not personal. */
export function typedText(text: string): { personal: boolean; message_text: string } {
  return text.replaceAll(LITERAL, " ").includes("{{")
    ? { personal: true, message_text: text }
    : { personal: false, message_text: text.replaceAll(LITERAL, "{{") };
}

/** The part of a personal text that we know without its recipients: all but the values. */
export const knownPart = (text: string) => text.replace(/\{\{[^{}|]*\|?([^{}]*)\}\}/g, "$1");
