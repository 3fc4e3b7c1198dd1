"use client";

import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { SIGNED_OUT } from "@/lib/web/client";
import { onLeft } from "@/lib/web/kept";
import { useMe } from "./me";

const SignInWindow = dynamic(() => import("./sign-in-window"), { ssr: false });

/**
 * When the session is over one signs in again over the page as it stands: nothing that was typed is
 * lost.
 */
export function SignInAgain() {
  const { email } = useMe();
  const client = useQueryClient();
  const router = useRouter();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const show = () => setOver(true);
    window.addEventListener(SIGNED_OUT, show);
    return () => window.removeEventListener(SIGNED_OUT, show);
  }, []);
  // Nobody left the work of this tab open: it goes where the one that signed out went.
  useEffect(() => onLeft(() => window.location.assign("/sign-in")), []);
  if (!isOver || email === null) return null;
  return (
    <SignInWindow
      email={email}
      onSignedIn={() => {
        setOver(false);
        void client.invalidateQueries();
        // Whoever signed in may be somebody else, with other rights.
        router.refresh();
      }}
    />
  );
}
