"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Right } from "@/lib/domain/rights";

/** The viewer and their rights. `name` is null without sign-in. */
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

/**
 * Does the viewer have this right? Pages hide what the viewer may not do; the server refuses it in
 * any case.
 */
export const useMay = (right: Right): boolean => useMe().rights.includes(right);
