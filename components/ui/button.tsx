"use client";

import type { ComponentProps, MouseEvent } from "react";
import { Link } from "./link";

const base =
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium outline-offset-2 print:hidden transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 min-h-8 [&_svg]:shrink-0";
// A border that is not seen is drawn where the system has colours of its own.
const variants = {
  primary: "border border-transparent bg-accent text-accent-ink px-3 hover:brightness-110",
  plain: "border border-line bg-surface px-3 hover:bg-raised",
  danger: "border border-transparent bg-bad text-surface px-3 hover:brightness-110 dark:text-ground",
  quiet: "px-2 text-soft hover:bg-raised hover:text-ink",
  alarm: "px-2 text-bad hover:bg-bad-wash",
  bare: "min-h-0",
};
type Variant = keyof typeof variants;

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: Variant;
  /**
   * The action is under way. The button shows it at once, keeps the focus and ignores further
   * presses.
   */
  isBusy?: boolean;
}

const refuse = (event: MouseEvent) => event.preventDefault();

/** A native button, which handles press, focus and names well. */
export function Button({
  variant = "plain",
  className = "",
  type = "button",
  isBusy = false,
  ...props
}: ButtonProps) {
  return (
    <button
      type={type}
      // Only icon buttons have an `aria-label`. Sighted users get it as a tooltip.
      title={props["aria-label"]}
      {...props}
      {...(isBusy && { "aria-busy": true, "aria-disabled": true, onClick: refuse })}
      className={`${base} ${variants[variant]} ${className}`}
    />
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  variant = "plain",
  className = "",
  ...props
}: ComponentProps<typeof Link> & { variant?: Variant }) {
  return <Link {...props} className={`${base} ${variants[variant]} ${className}`} />;
}
