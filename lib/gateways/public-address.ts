import ipaddr from "ipaddr.js";

/**
 * Only addresses of the public Internet: none of this machine, its network, its cloud, and none
 * that stands for one of these (IPv4 in IPv6, NAT64, 6to4).
 */
export function isPublicAddress(address: string): boolean {
  return isOwnNetworkAddress(address) && ipaddr.process(address).range() === "unicast";
}

/**
 * Where machines in a cloud ask for their own keys, beside the link-local 169.254.169.254: Azure,
 * Alibaba, and IPv6 at AWS, Google and Scaleway.
 */
const METADATA = new Set(
  ["168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254", "fd00:42::42"].map((text) =>
    ipaddr.parse(text).toString(),
  ),
);
/**
 * IPv4 in IPv6, as it was written once: nobody has such an address, and some systems send it to the
 * IPv4 one.
 */
const COMPATIBLE = ipaddr.IPv6.parseCIDR("::/96");
const OWN_NETWORK = new Set<string>(["unicast", "private", "uniqueLocal", "carrierGradeNat", "loopback"]);

/**
 * Public addresses and those of one's own network and machine. Never one of this link, nor where a
 * cloud keeps a machine's keys, nor one that could stand for these.
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
 * Names that no public DNS has (https://www.iana.org/assignments/special-use-domain-names, and what
 * house networks use).
 */
const PRIVATE_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|invalid|onion|home\.arpa)$/;

/**
 * Can an address be reached from the public Internet, as far as it says itself? Names are not
 * looked up.
 */
export function looksPublic(url: string): boolean {
  const host = hostOf(new URL(url)).replace(/\.$/, "");
  return ipaddr.isValid(host) ? isPublicAddress(host) : host.includes(".") && !PRIVATE_NAME.test(host);
}
