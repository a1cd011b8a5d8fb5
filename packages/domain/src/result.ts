/** An expected outcome: either a value or a registered fault, never an exception. */
export type Result<T, F = Fault> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F };

/** An expected "no": `code` is `noun.reason` and listed in the contract; `field` names what is wrong, `mend` says how to put it right (English; screens translate by code). */
export type Fault = {
  readonly code: string;
  readonly field?: string;
  readonly mend?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
};

/** Wraps a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps an expected failure; `code` must be listed in `@terrace/contract/faults`. */
export function fail(code: string, rest: Omit<Fault, "code"> = {}): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, ...rest } };
}
