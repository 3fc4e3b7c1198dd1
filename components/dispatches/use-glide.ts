"use client";

import { type RefObject, useLayoutEffect, useRef } from "react";

const GLIDE_MS = 250;

/**
 * Lets the items of a list glide to where an update puts them: whoever reads one can follow it, and
 * nothing jumps. Items are told apart by `data-id`.
 */
export function useGlide(list: RefObject<HTMLElement | null>): void {
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const now = new Map<string, number>();
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const item of list.current?.children ?? []) {
      if (!(item instanceof HTMLElement) || !item.dataset.id) continue;
      const { offsetTop } = item;
      now.set(item.dataset.id, offsetTop);
      const before = places.current.get(item.dataset.id);
      if (before === undefined || before === offsetTop || isStill) continue;
      const from = { transform: `translateY(${before - offsetTop}px)` };
      item.animate([from, { transform: "none" }], { duration: GLIDE_MS, easing: "ease-out" });
    }
    places.current = now;
  });
}
