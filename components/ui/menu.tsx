"use client";

import { Ellipsis } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Button } from "./button";
import type { MenuEntry } from "./menu-entry";

const MenuWindow = dynamic(() => import("./menu-window"), { ssr: false });

/** A menu of less frequent actions. Its list loads when it first opens. */
export function MoreMenu({ label, entries }: { label: string; entries: MenuEntry[] }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  if (entries.length === 0) return null;
  return (
    <>
      <Button
        ref={anchor}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Ellipsis size={16} aria-hidden />
      </Button>
      {isOpen && (
        <MenuWindow label={label} entries={entries} anchor={anchor} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
