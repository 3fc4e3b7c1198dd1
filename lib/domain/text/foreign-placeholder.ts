/**
 * Placeholders as other products write them. They go out as they stand, so whoever brings a text
 * from elsewhere should hear of them. Rather miss one than doubt a text that is meant so: prices,
 * percents and "[new]" are no placeholders.
 */
const name = "[\\p{L}_][\\p{L}\\p{M}\\p{Nd}_.]{0,40}";
const gap = "[\\s\\p{Cf}]*";
const open = `[{｛]`;
const close = `[}｝]`;

const foreign = new RegExp(
  [
    // What looks like ours: {{name}} in full-width braces, or with something between the braces.
    `${open}${gap}${open}${gap}${name}${gap}(?:\\|[^{}｛｝]{0,40})?${close}${gap}${close}`,
    // {name}, ${name}, {name|fallback}, {contactfield=code}
    `\\$?${open}${gap}${name}${gap}(?:[=|][^{}｛｝]{0,40})?${close}`,
    // %FIRSTNAME%, and not the words between two percents.
    "(?<!\\p{Nd})%[\\p{L}_]{2,40}%(?!\\p{Nd})",
    // *|FNAME|*
    "\\*\\|[^\\s|*]{1,40}\\|\\*",
    // <<name>>; in other letters they are quotation marks.
    "<<\\s*[a-z_][\\w.]{0,40}\\s*>>",
    "\\[(?:(?:first|last|full)[ _-]?)?name\\]",
    "\\[(?:имя|фамилия)\\]",
  ].join("|"),
  "iu",
);

/** Our own placeholders, and the braces of `\{{`. */
const own = /\\\{\{|\{\{[^{}]*\}\}/g;
/** What a link writes instead of a letter: "%D0%BF". */
const escapes = /(?<=[/?=]\S*)%[\da-f]{2}/gi;

/** The first placeholder of another product in the text; null: it has none. */
export const foreignPlaceholder = (text: string): string | null =>
  foreign.exec(text.replace(own, "\n").replace(escapes, "\n"))?.[0] ?? null;
