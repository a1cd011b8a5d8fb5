import { FAULTS, type FaultCode } from "@terrace/contract/faults";
import type { Fault, Result } from "@terrace/domain/result";

/** A registered fault on its way out of a handler; the HTTP edge turns it into the one fault body. */
export class FaultError extends Error {
  readonly code: FaultCode;
  readonly fault: Fault;
  /** Seconds after which the caller may try again (429, 503). */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: FaultCode, rest: Omit<Fault, "code"> & { readonly message?: string; readonly retryAfterSeconds?: number } = {}) {
    super(rest.message ?? rest.mend ?? code);
    this.name = "FaultError";
    this.code = code;
    this.fault = {
      code,
      ...(rest.field === undefined ? {} : { field: rest.field }),
      ...(rest.mend === undefined ? {} : { mend: rest.mend }),
      ...(rest.details === undefined ? {} : { details: rest.details }),
    };
    this.retryAfterSeconds = rest.retryAfterSeconds;
  }
}

/** Shorthand for `throw faultError("person.not_found", …)` in a handler. */
export function faultError(code: FaultCode, rest?: ConstructorParameters<typeof FaultError>[1]): FaultError {
  return new FaultError(code, rest);
}

/** The value of a decision, or its fault thrown towards the HTTP edge. An unregistered code is a bug. */
export function valueOrThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw faultErrorOf(result.fault);
}

/** A domain fault as an error for the HTTP edge. */
export function faultErrorOf(fault: Fault): FaultError {
  const { code, ...rest } = fault;
  if (!isFaultCode(code)) throw new Error(`fault code ${code} is not registered in the contract`);
  return new FaultError(code, rest);
}

/** Whether the contract registers a code. */
export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(FAULTS, code);
}

/** A dependency (engine, remote service) cannot answer now; the request was not carried out and may be repeated. */
export class Unavailable extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} is unavailable`, { cause });
    this.name = "Unavailable";
  }
}
