import ipaddr from "ipaddr.js";

/** Only addresses of the public Internet: none of this machine, its network, its cloud, and none that stands for one of these (IPv4 in IPv6, NAT64, 6to4). */
export function isPublicAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

/** Names that no public DNS has (https://www.iana.org/assignments/special-use-domain-names, and what house networks use). */
const PRIVATE_NAME = /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|invalid|onion|home\.arpa)$/;

/** Can an address be reached from the public Internet, as far as it says itself? Names are not looked up. */
export function looksPublic(url: string): boolean {
  const host = hostOf(new URL(url)).replace(/\.$/, "");
  return ipaddr.isValid(host) ? isPublicAddress(host) : host.includes(".") && !PRIVATE_NAME.test(host);
}
