import { ValidationError } from "@/lib/domain/errors";

/** The 49,000 passwords that people choose most, from leaks. Unpacked at the first use. */
let common: Promise<ReadonlySet<string>> | undefined;

async function commonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/** A password of fewer different characters is a key held down, or two by turns. */
const DIFFERENT_MIN = 4;
const CORE_MIN = 4;

/**
 * Refuses a password that is guessed first: a common one, or a word of the user's own, in any case
 * and with any digits and signs around it.
 * @param words what is known of the user: the name, the address
 * @param pointer the password's place in the body
 * @throws ValidationError
 */
export async function requireStrongPassword(
  password: string,
  words: string[],
  pointer: string,
): Promise<void> {
  common ??= commonPasswords();
  const known = await common;
  const text = password.toLowerCase();
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const own = ["carillon", ...words.flatMap((word) => [word, ...word.split(/[\s@.]+/)])].map((word) =>
    word.toLowerCase(),
  );
  const isGuessed = (guess: string) => guess.length >= CORE_MIN && (known.has(guess) || own.includes(guess));
  if (new Set(text).size < DIFFERENT_MIN || isGuessed(text) || isGuessed(core))
    throw new ValidationError([{ pointer, code: "password_common" }]);
}
