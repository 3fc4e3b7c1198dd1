import { useTranslations } from "next-intl";

/** Who made a dispatch, as people name them. */
export function useAuthor() {
  const actor = useTranslations("actor");
  return (author: string | null) => (author === null ? "—" : actor.has(author) ? actor(author) : author);
}
