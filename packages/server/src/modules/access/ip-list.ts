import ipaddr from "ipaddr.js";
import { fail, ok, type Result } from "@terrace/domain/result";

/** Reads addresses and CIDR networks, v4 and v6, into one form each. Fault: ip.range_invalid naming the first that is none. */
export function parseRanges(texts: readonly string[]): Result<readonly string[]> {
  const ranges: string[] = [];
  for (const text of texts) {
    const range = rangeOf(text.trim());
    if (range === undefined)
      return fail("ip.range_invalid", {
        field: "ipRanges",
        mend: "Write an address or a network such as 203.0.113.0/24 or 2001:db8::/32",
        details: { range: text.slice(0, 60) },
      });
    ranges.push(range);
  }
  return ok([...new Set(ranges)]);
}

const MAPPED_BITS = 96;

/** The network in its shortest form; undefined when it is none. */
function rangeOf(text: string): string | undefined {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  if (!isAddress(address)) return undefined;
  const parsed = ipaddr.process(address);
  if (bits === undefined) return parsed.toString();
  const isV4 = parsed.kind() === "ipv4";
  // ::ffff:192.0.2.0/120 is 192.0.2.0/24.
  const length = Number(bits) - (isV4 && address.includes(":") ? MAPPED_BITS : 0);
  const most = isV4 ? 32 : 128;
  if (length < 0 || length > most) return undefined;
  if (length === most) return parsed.toString();
  const kind = isV4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(`${parsed.toString()}/${length}`).toString()}/${length}`;
}

/** ipaddr reads 10 and 0x0a000001 as addresses too, which nobody means. */
function isAddress(text: string): boolean {
  return /^[\d.]+$/.test(text) ? ipaddr.IPv4.isValidFourPartDecimal(text) : /^[\da-f:.]+$/i.test(text) && ipaddr.IPv6.isValid(text);
}

/** Whether an address is in one of the networks; an empty list admits everyone. */
export function isAdmitted(ranges: readonly string[], ip: string): boolean {
  if (ranges.length === 0) return true;
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  return ranges.some((range) => {
    const network = ipaddr.parseCIDR(range.includes("/") ? range : `${range}/${range.includes(":") ? 128 : 32}`);
    return network[0].kind() === address.kind() && address.match(network);
  });
}

/** The network an address belongs to, coarse enough to say where without saying who: /16 of v4, /32 of v6. */
export function ipPrefix(ip: string): string {
  if (!ipaddr.isValid(ip)) return "";
  const address = ipaddr.process(ip);
  if (address.kind() === "ipv4") return `${address.toString().split(".").slice(0, 2).join(".")}.*.*`;
  return `${address.toNormalizedString().split(":").slice(0, 2).join(":")}:*`;
}
