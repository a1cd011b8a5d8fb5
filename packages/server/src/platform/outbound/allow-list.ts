import ipaddr from "ipaddr.js";

/** A place inside the own network that outgoing calls may reach although it is not public. */
export type AllowedPlace =
  | { readonly kind: "host"; readonly host: string; readonly port: number | undefined }
  | { readonly kind: "network"; readonly contains: (address: string) => boolean };

/**
 * Reads `TERRACE_OUTBOUND_ALLOW`: hosts, `host:port` and networks (CIDR), comma-separated, e.g. `erp.internal:8443,10.2.0.0/16`.
 * Throws a plain error that names the part which is none of these.
 */
export function readAllowList(text: string): readonly AllowedPlace[] {
  return text
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "")
    .map(readPlace);
}

function readPlace(part: string): AllowedPlace {
  if (part.includes("/")) return { kind: "network", contains: networkOf(part) };
  const address = part.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(address)) return { kind: "host", host: canonical(address), port: undefined };
  const parsed = /^(?<host>\[[\da-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/.exec(part)?.groups;
  if (parsed?.["host"] === undefined) throw new Error(`"${part}" is neither a host, host:port nor a network such as 10.2.0.0/16`);
  const host = parsed["host"].replace(/^\[|\]$/g, "");
  return { kind: "host", host: ipaddr.isValid(host) ? canonical(host) : host, port: portOf(parsed["port"]) };
}

function portOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function networkOf(part: string): (address: string) => boolean {
  if (!ipaddr.isValidCIDR(part)) throw new Error(`"${part}" is not a network such as 10.2.0.0/16`);
  const [network, bits] = ipaddr.parseCIDR(part);
  return (text) => {
    const address = ipaddr.process(text);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}

/** Whether the list names this address, reached under this host name and port. */
export function isAllowed(
  places: readonly AllowedPlace[],
  target: { readonly host: string; readonly port: number; readonly address: string },
): boolean {
  const host = target.host.toLowerCase().replace(/^\[|\]$/g, "");
  const names = new Set([ipaddr.isValid(host) ? canonical(host) : host, canonical(target.address)]);
  return places.some((place) =>
    place.kind === "network"
      ? place.contains(target.address)
      : names.has(place.host) && (place.port === undefined || place.port === target.port),
  );
}

/**
 * Whether an address is one of the public internet. Everything else (loopback, private, link-local with the clouds' metadata service,
 * carrier NAT, multicast, reserved, and IPv4 wrapped in IPv6 by translation or tunnels) is not, because a person who may enter an
 * address must not reach through Terrace what they cannot reach themselves.
 */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

function canonical(address: string): string {
  return ipaddr.process(address).toString();
}
