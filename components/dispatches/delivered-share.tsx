import { useFormatter, useTranslations } from "next-intl";
import type { Progress } from "@/lib/contract/dispatches/dispatch";
import { triedOf } from "./outcomes";

/** The share of tried messages that are known to be delivered; null while none was tried. */
export function useDeliveredShare(progress: Progress): string | null {
  const format = useFormatter();
  const tried = triedOf(progress);
  if (tried === 0) return null;
  // Round down: 100 % must mean all of them.
  const share = Math.floor((1_000 * progress.delivered) / tried) / 1_000;
  return format.number(share, { style: "percent", maximumFractionDigits: share < 0.995 ? 0 : 1 });
}

export function DeliveredShare({ progress }: { progress: Progress }) {
  const t = useTranslations("card");
  const text = useDeliveredShare(progress);
  if (text === null) return null;
  return <span className="whitespace-nowrap text-[0.9rem] text-soft">{t("delivered", { share: text })}</span>;
}
