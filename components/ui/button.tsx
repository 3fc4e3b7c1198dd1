"use client";

import { Button as AriaButton, Link as AriaLink, type ButtonProps, type LinkProps } from "react-aria-components";

const base =
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium outline-offset-2 transition-colors data-disabled:cursor-not-allowed data-disabled:opacity-50 min-h-8 [&_svg]:shrink-0";
const variants = {
  primary: "bg-accent text-accent-ink px-3 data-hovered:brightness-110 data-pressed:brightness-95",
  plain: "border border-line bg-surface px-3 data-hovered:bg-raised data-pressed:bg-raised",
  danger: "bg-bad text-surface px-3 data-hovered:brightness-110 dark:text-ground",
  quiet: "px-2 text-soft data-hovered:bg-raised data-hovered:text-ink",
  alarm: "px-2 text-bad data-hovered:bg-bad-wash",
  bare: "min-h-0",
};
type Variant = keyof typeof variants;

export function Button({ variant = "plain", className = "", ...props }: ButtonProps & { variant?: Variant; className?: string }) {
  return <AriaButton {...props} className={`${base} ${variants[variant]} ${className}`} />;
}

/** A link that looks like a button. */
export function ButtonLink({ variant = "plain", className = "", ...props }: LinkProps & { variant?: Variant; className?: string }) {
  return <AriaLink {...props} className={`${base} ${variants[variant]} ${className}`} />;
}
