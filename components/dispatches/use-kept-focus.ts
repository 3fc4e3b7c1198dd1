"use client";

import { useEffect, useRef } from "react";

/**
 * Keeps the focus when a card moves to another column. The card is a new element there, and the
 * browser forgets the focus of the old one.
 */
export function useKeptFocus(): void {
  const held = useRef<string>(undefined);
  useEffect(() => {
    // Remember where the focus is, or where the user pressed last; that may be outside all cards. A
    // dialog returns the focus itself.
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

/** Moves a lost focus to the card of a dispatch; if there is no card, to the element around it. */
export function restoreFocus(id: string): void {
  if (document.activeElement !== document.body) return;
  const card = document.querySelector(`article[aria-labelledby="d-${id}"]`);
  const place =
    card?.querySelector<HTMLElement>("button") ??
    card?.querySelector<HTMLElement>("a") ??
    document.getElementById("content");
  place?.focus({ preventScroll: true });
}
