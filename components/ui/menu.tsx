"use client";

import { Ellipsis } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { Button } from "./button";
import type { MenuEntry } from "./menu-entry";

const MenuWindow = dynamic(() => import("./menu-window"), { ssr: false });

/**
 * A menu of less frequent actions. Its list loads when it first opens. While it is open it keeps
 * the entries that it opened with: one that comes must not move away the one that is pressed.
 */
export function MoreMenu({ label, entries }: { label: string; entries: MenuEntry[] }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState<MenuEntry[]>();
  if (entries.length === 0) return null;
  return (
    <>
      <Button
        ref={anchor}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={opened !== undefined}
        onClick={() => setOpened(opened ? undefined : entries)}
      >
        <Ellipsis size={16} aria-hidden />
      </Button>
      {opened && (
        <MenuWindow label={label} entries={opened} anchor={anchor} onClose={() => setOpened(undefined)} />
      )}
    </>
  );
}
