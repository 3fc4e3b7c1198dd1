import { useFormatter } from "next-intl";

/** `YYYY-MM-DD` in words. */
export function useDate() {
  const format = useFormatter();
  return (day: string) =>
    format.dateTime(new Date(`${day}T00:00Z`), { day: "numeric", month: "long", timeZone: "UTC" });
}
