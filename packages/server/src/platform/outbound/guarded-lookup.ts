import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { isAllowed, isPublic, type AllowedPlace } from "./allow-list.ts";
import { OutboundRefused } from "./outbound-refused.ts";

const lookupAll = promisify(lookup);

/** Where a connection goes: host as written, port, and what may be reached besides public addresses. */
export type Target = { readonly host: string; readonly port: number };

/**
 * The addresses of a host that may be reached. Whoever connects must connect to one of these and not look the name up again:
 * a name server may answer differently the second time. Throws `OutboundRefused` when none may be reached or the name is unknown.
 */
export async function reachableAddresses(target: Target, allowed: readonly AllowedPlace[]): Promise<readonly LookupAddress[]> {
  const host = target.host.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const found = family === 0 ? await addressesOf(host) : [{ address: host, family }];
  const reachable = found.filter(({ address }) => isPublic(address) || isAllowed(allowed, { ...target, address }));
  if (reachable.length === 0) throw new OutboundRefused("outbound.not_public", host);
  return reachable;
}

async function addressesOf(host: string): Promise<readonly LookupAddress[]> {
  try {
    return await lookupAll(host, { all: true });
  } catch (error) {
    throw new OutboundRefused("outbound.unknown_host", host, error);
  }
}

/** A `lookup` for node's sockets that answers the addresses already found and judged, whatever name it is asked for. */
export function pinnedLookup(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, answer) => {
    if (options.all === true) return answer(null, [...addresses]);
    const [first] = addresses;
    if (first === undefined) return answer(new Error("no address"), "", 0);
    answer(null, first.address, first.family);
  };
}
