import type { FaultBody, FaultCode } from "@terrace/contract/faults";

/** Why a call did not succeed: the fault the API answered with, or `network` when no answer came. */
export class ApiFault extends Error {
  readonly code: FaultCode | "network";
  readonly status: number;
  readonly field: string | undefined;
  readonly mend: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly requestId: string | undefined;

  constructor(status: number, error: Omit<FaultBody["error"], "code"> & { readonly code: FaultCode | "network" }, cause?: unknown) {
    super(error.message, { cause });
    this.name = "ApiFault";
    this.code = error.code;
    this.status = status;
    this.field = error.field;
    this.mend = error.mend;
    this.details = error.details ?? {};
    this.requestId = error.requestId;
  }

  /** Worth asking again without any change: the server was busy or away. */
  get isTransient(): boolean {
    return this.code === "network" || this.status === 429 || this.status >= 502;
  }
}

/** Whether something caught is the API saying no with one of these codes. */
export function isFault(error: unknown, ...codes: readonly (FaultCode | "network")[]): error is ApiFault {
  return error instanceof ApiFault && (codes.length === 0 || codes.includes(error.code));
}
