"use client";

import { useEffect, useRef } from "react";
import { Link } from "./link";

interface TabLink {
  href: string;
  text: string;
  isCurrent: boolean;
}

/** Links between the pages of one place. Where they do not all fit, the current one is in sight. */
export function TabLinks({ label, links }: { label: string; links: TabLink[] }) {
  const nav = useRef<HTMLElement>(null);
  const current = links.find(({ isCurrent }) => isCurrent)?.href;
  useEffect(() => {
    const link = current && nav.current?.querySelector<HTMLElement>("[aria-current]");
    if (!nav.current || !link) return;
    const { left, width } = link.getBoundingClientRect();
    const frame = nav.current.getBoundingClientRect();
    nav.current.scrollLeft += left - frame.left - (frame.width - width) / 2;
  }, [current]);
  return (
    <nav ref={nav} aria-label={label} className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
      <ul className="flex min-w-max gap-1 border-line border-b">
        {links.map(({ href, text, isCurrent }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={isCurrent ? "page" : undefined}
              className="-mb-px block px-3 pt-2 pb-[calc(0.5rem+2px)] text-soft -outline-offset-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:border-b-2 aria-[current=page]:pb-2 aria-[current=page]:font-medium aria-[current=page]:text-accent"
            >
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
