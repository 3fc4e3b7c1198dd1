import { useClock } from "@/components/ui/use-zoned";

/** Formats `YYYY-MM-DD`. */
export function useDate() {
  const clock = useClock();
  return (day: string) => clock(`${day}T00:00Z`, "UTC", { day: "numeric", month: "long" });
}
