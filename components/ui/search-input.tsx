"use client";

import { type InputHTMLAttributes, useEffect, useRef, useState } from "react";
import { inputClass } from "./input-classes";

const SETTLED_MS = 300;

type SearchInputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange" | "type"> & {
  label: string;
  /** What is looked for now. */
  value: string;
  /** What was typed, once it has stood for a moment. */
  onSettled: (text: string) => void;
};

/** What is typed is its own: however late what it is told to comes back, no letter is lost. */
export function SearchInput({ label, value, onSettled, className = "", ...props }: SearchInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const settle = useRef(onSettled);
  useEffect(() => {
    settle.current = onSettled;
  }, [onSettled]);
  useEffect(() => {
    // A link, or the way back, has changed it. While somebody types, they know better.
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
