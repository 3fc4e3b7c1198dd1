import { useTranslations } from "next-intl";

/** The author of a dispatch, in words. */
export function useAuthor() {
  const actor = useTranslations("actor");
  return (author: string | null) => (author === null ? "—" : actor.has(author) ? actor(author) : author);
}
