"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Right } from "@/lib/domain/rights";

/** Who looks at the page and what they may do. `name` is null where nobody signs in. */
export interface Me {
  name: string | null;
  email: string | null;
  rights: Right[];
}

const MeContext = createContext<Me>({ name: null, email: null, rights: [] });

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

export const useMe = () => useContext(MeContext);

/** May whoever looks do this? What they may not is not shown; the server refuses it in any case. */
export const useMay = (right: Right): boolean => useMe().rights.includes(right);
