import ipaddr from "ipaddr.js";

/**
 * Is it an address of the public Internet? Addresses of this machine, its network or its cloud are
 * not, nor any that stands for one of them (IPv4 in IPv6, NAT64, 6to4).
 */
export function isPublicAddress(address: string): boolean {
  return isOwnNetworkAddress(address) && ipaddr.process(address).range() === "unicast";
}

/**
 * Addresses at which cloud machines get their own keys, besides the link-local 169.254.169.254:
 * Azure, Alibaba, and IPv6 at AWS, Google and Scaleway.
 */
const METADATA = new Set(
  ["168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254", "fd00:42::42"].map((text) =>
    ipaddr.parse(text).toString(),
  ),
);
/**
 * The obsolete form of IPv4 in IPv6. Nobody has such an address, and some systems send it to the
 * IPv4 one.
 */
const COMPATIBLE = ipaddr.IPv6.parseCIDR("::/96");
const OWN_NETWORK = new Set<string>(["unicast", "private", "uniqueLocal", "carrierGradeNat", "loopback"]);

/**
 * Is it a public address, or one of this machine or its network? Never a link-local one, nor one at
 * which a cloud keeps keys, nor one that stands for these.
 */
export function isOwnNetworkAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const isCompatible =
    parsed instanceof ipaddr.IPv6 && parsed.match(COMPATIBLE) && parsed.range() !== "loopback";
  return OWN_NETWORK.has(parsed.range()) && !isCompatible && !METADATA.has(parsed.toString());
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/**
 * Names that public DNS never has: https://www.iana.org/assignments/special-use-domain-names, and
 * names that private networks use.
 */
const PRIVATE_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|invalid|onion|home\.arpa)$/;

/** Does the URL look reachable from the public Internet? It does not look names up. */
export function looksPublic(url: string): boolean {
  const host = hostOf(new URL(url)).replace(/\.$/, "");
  return ipaddr.isValid(host) ? isPublicAddress(host) : host.includes(".") && !PRIVATE_NAME.test(host);
}
