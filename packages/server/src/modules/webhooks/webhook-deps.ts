import type { Logger } from "pino";
import { faultError } from "../../platform/http/fault-error.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type WebhookDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId">;
  readonly audit: AccessModule["audit"];
  /** Whose some origins are now. */
  readonly owners: PeopleModule["owners"];
  readonly outbound: Outbound;
  readonly nowMs: () => number;
  readonly randomId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
};

/** Refuses at once an address that no delivery could go to, naming the field. */
export async function requireCallable(outbound: Outbound, address: string): Promise<void> {
  const url = URL.parse(address);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "")
    throw faultError("outbound.bad_url", {
      field: "address",
      mend: "Give a whole address that begins with https:// or http://, without user and password in it",
    });
  try {
    await outbound.addresses({ host: url.hostname, port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port) });
  } catch (error) {
    if (error instanceof OutboundRefused) throw faultError(error.code, { ...error.fault, field: "address" });
    throw error;
  }
}
