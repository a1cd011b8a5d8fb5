/** How bad a finding is: `bad` means that data are missing or wrong, `warn` that something needs a look. */
export type Verdict = "ok" | "warn" | "bad";

/** What a check found. */
export type Finding = {
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found, in one line. */
  readonly found: string;
  /** What to do about it; "" when there is nothing to do. */
  readonly mend: string;
  /** `--fix` does it. */
  readonly mendable: boolean;
};

/** One check: looks, and with `fix` mends what is safe to mend; then `found` says that it was mended. */
export type Check = { readonly name: string; readonly run: (fix: boolean) => Promise<Finding> };

/** Everything is as it should be. */
export function fine(check: string, found: string): Finding {
  return { check, verdict: "ok", found, mend: "", mendable: false };
}

/** Something is not. */
export function amiss(check: string, verdict: "warn" | "bad", found: string, mend: string): Finding {
  return { check, verdict, found, mend, mendable: false };
}

/** Something is not, and `--fix` mends it, or has mended it just now. */
export function mendable(
  check: string,
  problem: { readonly verdict: "warn" | "bad"; readonly found: string; readonly mend: string },
  fixed: boolean,
): Finding {
  return fixed
    ? { check, verdict: "ok", found: `${problem.found}; mended`, mend: "", mendable: false }
    : { check, ...problem, mendable: true };
}
