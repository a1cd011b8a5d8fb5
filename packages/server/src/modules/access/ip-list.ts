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

/** The network in its shortest form; undefined when it is none. */
function rangeOf(text: string): string | undefined {
  // ipaddr reads 10 and 0x0a000001 as addresses too, which nobody means.
  if (!/^[\d.]+(?:\/\d{1,2})?$|^[\da-f:.]*:[\da-f:.]*(?:\/\d{1,3})?$/i.test(text)) return undefined;
  const [address = "", bits] = text.split("/");
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  const parsed = ipaddr.process(address);
  const most = parsed.kind() === "ipv4" ? 32 : 128;
  const mapped = address.includes(":") && parsed.kind() === "ipv4" ? 96 : 0;
  const length = bits === undefined ? most : Number(bits) - mapped;
  if (length < 0 || length > most) return undefined;
  const network = (parsed.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(`${parsed.toString()}/${length}`);
  return length === most ? parsed.toString() : `${network.toString()}/${length}`;
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
