import type { FaultCode } from "@terrace/contract/faults";
import { FaultError } from "../../platform/http/fault-error.ts";

export type PullFault = Extract<FaultCode, `pull.${string}`>;

/** Why a run could not be made: a fault whose mend is for the operator. */
export class PullFailed extends FaultError {
  constructor(code: PullFault, mend: string, cause?: unknown) {
    super(code, { mend });
    this.name = "PullFailed";
    this.cause = cause;
  }
}

/** The other side's connection broke or was never made; the code of the socket or of TLS says how. */
export function connectionFailed(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof FaultError || !("code" in error)) return error;
  return new PullFailed("pull.refused", `Connection: ${String(error.code)}`, error);
}
