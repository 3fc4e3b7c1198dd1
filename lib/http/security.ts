/**
 * The security headers of every answer. Charts and lists use inline styles; scripts need the page's
 * nonce.
 * @param publicUrl where browsers reach us; with https they use nothing else for a year
 */
export function securityHeaders(nonce: string, publicUrl: string): Record<string, string> {
  return {
    ...(publicUrl.startsWith("https:") && {
      "strict-transport-security": "max-age=31536000; includeSubDomains",
    }),
    "content-security-policy": [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
  };
}

/** Is it this machine's own name? */
export function isLoopbackName(host: string): boolean {
  const name = nameOf(host);
  return (
    name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name)
  );
}

/**
 * Returns a check whether a request was meant for us. A foreign page can have its own name resolve
 * to this machine (DNS rebinding), and we must not call ourselves by a name that a caller made up.
 * @param names our names, beside this machine's own
 * @returns checks a Host header; the address that the connection came to is always ours
 */
export function createHostCheck(
  names: Iterable<string>,
): (host: string | undefined, localAddress?: string) => boolean {
  const own = new Set([...names].map(nameOf));
  return (host = "", localAddress = "") => {
    const name = nameOf(host);
    return isLoopbackName(name) || own.has(name) || (name !== "" && name === nameOf(localAddress));
  };
}

/**
 * The name in a Host header, or an address as sockets tell it: in lower case, without port,
 * brackets, final dot and IPv4's prefix in IPv6.
 */
function nameOf(host: string): string {
  const name = /^\[([^\]]*)\](:\d*)?$/.exec(host)?.[1] ?? (/^[^:]*(?=:\d*$)/.exec(host)?.[0] || host);
  return name
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
}

/** Does a changing request come from a page of another origin? Programs send no Origin. */
export function isForeign(request: Request): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return request.headers.get("sec-fetch-site") === "cross-site";
  try {
    return new URL(origin).host !== request.headers.get("host");
  } catch {
    return true;
  }
}

/**
 * May this request's cookies speak for its user? Only when one of our own pages sends it: neither
 * another site, nor another name of the same site. A browser that tells no `Sec-Fetch-Site` is
 * judged by its Origin.
 */
export function isOwnOrigin(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  return (site === null || site === "same-origin" || site === "none") && !isForeign(request);
}

/**
 * What follows `Bearer` in Authorization. Other schemes are not ours: a proxy before us may use
 * them.
 */
export function bearerOf(request: Request): string | null {
  const given = /^bearer(?:\s+(.*))?$/i.exec(request.headers.get("authorization")?.trim() ?? "");
  return given ? (given[1]?.trim() ?? "") : null;
}

/**
 * Makes a safe path of ours from an address to go on to. Anything that a browser could take for
 * another site becomes the start page. Next's marker of its own requests is left out.
 */
export function localPath(asked: string | null | undefined): string {
  const base = "http://localhost";
  if (!asked || !/^\/(?![/\\])/.test(asked) || !URL.canParse(asked, base)) return "/";
  const url = new URL(asked, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return "/";
  url.searchParams.delete("_rsc");
  return `${url.pathname}${url.search}`;
}
