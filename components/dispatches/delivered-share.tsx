import { useFormatter, useTranslations } from "next-intl";
import type { Progress } from "@/lib/contract/dispatches/dispatch";
import { triedOf } from "./outcomes";

/** Writes a share. It rounds down: 100 % must mean all of them. */
export function useShareOf() {
  const format = useFormatter();
  return (part: number, all: number) => {
    const share = Math.floor((1_000 * part) / all) / 1_000;
    return format.number(share, { style: "percent", maximumFractionDigits: share < 0.995 ? 0 : 1 });
  };
}

/** The share of tried messages that are known to be delivered; null while none was tried. */
export function useDeliveredShare(progress: Progress): string | null {
  const shareOf = useShareOf();
  const tried = triedOf(progress);
  return tried === 0 ? null : shareOf(progress.delivered, tried);
}

export function DeliveredShare({ progress }: { progress: Progress }) {
  const t = useTranslations("card");
  const share = useDeliveredShare(progress);
  if (share === null) return null;
  return (
    <span className="text-[0.9rem] text-soft">{t("delivered", { share, tried: triedOf(progress) })}</span>
  );
}
