import { readTexts } from "@/app/texts/read-texts";
import { type Locale, locales } from "@/lib/contract/texts";

/**
 * The texts of the pages in one language, which browsers keep: their address changes with them.
 * Anybody may read them: nothing of this installation is in it.
 */
export async function GET(request: Request, { params }: RouteContext<"/texts/[locale]">): Promise<Response> {
  const { locale } = await params;
  if (!locales.includes(locale as Locale)) return new Response(null, { status: 404 });
  const { json, href } = await readTexts(locale as Locale);
  const { pathname, search } = new URL(request.url);
  return new Response(json, {
    headers: {
      "content-type": "application/json",
      // Of another version they are asked for while processes are upgraded.
      "cache-control": pathname + search === href ? "public, max-age=31536000, immutable" : "no-store",
    },
  });
}
