"use client";

import { Link } from "@/components/ui/link";

/** A number in a list, with a link to the page of that person. */
export function PhoneLink({ phone, className = "" }: { phone: string; className?: string }) {
  return (
    <Link
      href={`/audience/${phone.replace("+", "")}`}
      prefetch={false}
      className={`whitespace-nowrap underline-offset-2 hover:underline ${className}`}
    >
      {phone}
    </Link>
  );
}
