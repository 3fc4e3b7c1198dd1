"use client";

import { useEffect, useRef } from "react";

/**
 * A card that moves to another column is another element there, and the browser forgets the focus
 * that was in it: it goes on at the card in its new place.
 */
export function useKeptFocus(): void {
  const held = useRef<string>(undefined);
  useEffect(() => {
    // Where the focus is, or where a press has sent it: beside everything, perhaps. A dialog gives
    // the focus back to where it came from.
    const remember = ({ target }: Event) => {
      const card = (target as Element).closest("article[aria-labelledby^='d-']");
      if (card || !(target as Element).closest("[role=alertdialog]"))
        held.current = card?.getAttribute("aria-labelledby")?.slice(2);
    };
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerdown", remember);
    return () => {
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", remember);
    };
  }, []);
  useEffect(() => {
    if (held.current) restoreFocus(held.current);
  });
}

/**
 * Gives a focus that was lost to the card of a dispatch; where none is drawn, to what stands around
 * it.
 */
export function restoreFocus(id: string): void {
  if (document.activeElement !== document.body) return;
  const card = document.querySelector(`article[aria-labelledby="d-${id}"]`);
  const place =
    card?.querySelector<HTMLElement>("button") ??
    card?.querySelector<HTMLElement>("a") ??
    document.getElementById("content");
  place?.focus({ preventScroll: true });
}
