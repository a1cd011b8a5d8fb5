import type { FaultCode } from "@terrace/contract/faults";
import { FaultError } from "../http/fault-error.ts";

/** Why an outgoing call was not made. */
export type RefusalCode = Extract<FaultCode, `outbound.${string}`>;

const MENDS: Readonly<Record<RefusalCode, (what: string) => string>> = {
  "outbound.bad_url": () => "give a whole address that begins with https:// or http://, without user and password in it",
  "outbound.not_public": (host) => `${host} is not an address of the public internet; if it is yours, name it in TERRACE_OUTBOUND_ALLOW`,
  "outbound.unknown_host": (host) => `check the spelling of ${host}; its address could not be found`,
  "outbound.too_many_redirects": () => "give the address to which the redirects lead",
  "outbound.too_large": (limit) => `the answer is larger than ${limit} bytes`,
  "outbound.timed_out": (limit) => `there was no answer within ${limit} ms`,
  "outbound.held": () => "an owner releases it in the console under settings, backups",
};

/** An outgoing call that the guard did not make or broke off: a fault whose mend says what to change, ready for an answer or a log. */
export class OutboundRefused extends FaultError {
  constructor(code: RefusalCode, what: string, cause?: unknown) {
    super(code, { mend: MENDS[code](what) });
    this.name = "OutboundRefused";
    this.cause = cause;
  }
}
