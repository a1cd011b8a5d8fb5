import { faultError } from "../../platform/http/fault-error.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";

/** Refuses at once an address that nothing could be sent to, naming the field. */
export async function requireReachable(outbound: Outbound, address: string, field: string): Promise<void> {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    throw faultError("outbound.bad_url", {
      field,
      mend: "Give a whole address that begins with https:// or http://, without user and password in it",
    });
  await requireHost(
    outbound,
    { host: url.hostname, port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port) },
    field,
  );
}

/** The same for a host and a port. */
export async function requireHost(
  outbound: Outbound,
  target: { readonly host: string; readonly port: number },
  field: string,
): Promise<void> {
  try {
    await outbound.addresses(target);
  } catch (error) {
    if (error instanceof OutboundRefused) throw faultError(error.code, { ...error.fault, field });
    throw error;
  }
}
