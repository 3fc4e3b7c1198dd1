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
 * When the session has ended, the user signs in again over the page. Nothing that they typed is
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
  // The user has signed out in another tab: this tab leaves, too.
  useEffect(() => onLeft(() => window.location.assign("/sign-in")), []);
  if (!isOver || email === null) return null;
  return (
    <SignInWindow
      email={email}
      onSignedIn={() => {
        setOver(false);
        void client.invalidateQueries();
        // Another user with other rights may have signed in.
        router.refresh();
      }}
    />
  );
}
