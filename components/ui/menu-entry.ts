import type { LucideIcon } from "lucide-react";

export interface MenuEntry {
  id: string;
  label: string;
  icon: LucideIcon;
  /** Where it leads, or what it does. */
  href?: string;
  run?: () => void;
  isDanger?: boolean;
}
