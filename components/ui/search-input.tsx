"use client";

import { type InputHTMLAttributes, useEffect, useRef, useState } from "react";
import { inputClass } from "./input-classes";

const SETTLED_MS = 300;

type SearchInputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "type"> & {
  label: string;
  /** The present search. */
  value: string;
  /** Called with the text when the user has paused typing. */
  onSettled: (text: string) => void;
};

/**
 * A search input. It keeps the typed text itself, so that no letter is lost however slow the search
 * is.
 */
export function SearchInput({ label, value, onSettled, className = "", ...props }: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const settle = useRef(onSettled);
  useEffect(() => {
    settle.current = onSettled;
  }, [onSettled]);
  useEffect(() => {
    // A link or the back button has changed the search. While the user types, their text wins.
    if (document.activeElement !== input.current) setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => settle.current(typed), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <input
      {...props}
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      className={`${inputClass} ${className}`}
    />
  );
}
