"use client";

import type { RefObject } from "react";
import { Menu, MenuItem, Popover } from "react-aria-components";
import { Aria } from "./aria";
import type { MenuEntry } from "./menu-entry";

interface MenuWindowProps {
  label: string;
  entries: MenuEntry[];
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}

export default function MenuWindow({ label, entries, anchor, onClose }: MenuWindowProps) {
  return (
    <Aria>
      <Popover
        isOpen
        triggerRef={anchor}
        placement="bottom end"
        onOpenChange={(open) => !open && onClose()}
        className="min-w-52 rounded-lg border border-line bg-surface p-1 shadow-pop"
      >
        <Menu aria-label={label} autoFocus="first" onClose={onClose} className="outline-none">
          {entries.map(({ id, label, icon: Icon, href, run, isDanger }) => (
            <MenuItem
              key={id}
              id={id}
              textValue={label}
              {...(href && { href })}
              {...(run && { onAction: run })}
              className={`flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 outline-none data-focused:bg-raised ${isDanger ? "text-bad" : ""}`}
            >
              <Icon size={15} aria-hidden className="shrink-0" />
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </Aria>
  );
}
