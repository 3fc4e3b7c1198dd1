import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { presentSending } from "@/lib/http/present/sending";
import { localPath } from "@/lib/http/security";
import { identify, type SignedIn } from "@/lib/services/access/identify";
import type { Context } from "@/lib/services/context";
import { getSending } from "@/lib/services/sending/set-sending";
import { context, sessions } from "./api/routes";

/**
 * Who looks at the page; null where there is no sign-in, or when nobody has signed in. Once a
 * request, however many parts of a page ask.
 */
export const viewer = cache(async (): Promise<SignedIn | null> => {
  const asked = await headers();
  const user = (await sessions()?.userOf(asked)) ?? null;
  // Next asks for pages before anybody does.
  if (user && !asked.has("next-router-prefetch")) await sessions()?.noteUse(user);
  return user;
});

/**
 * The context of whoever looks at a page. Where one must sign in, it leads there first, and back
 * afterwards.
 */
export const pageContext = cache(async (): Promise<Context> => {
  const user = await viewer();
  if (!user && sessions())
    redirect(`/sign-in?next=${encodeURIComponent(localPath((await headers()).get("x-asked-path")))}`);
  return identify(context(), { bearer: null, session: async () => user });
});

/** Whether sending is stopped, which every page tells. */
export const sending = cache(async () => presentSending(await getSending(await pageContext())));
