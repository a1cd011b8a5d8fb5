import type { CheckName, Finding, Outcome } from "@terrace/contract/api/doctor";

export type { Finding };
/** How bad a finding is: `bad` means that data are missing or wrong, `warn` that something needs a look. */
export type Verdict = Finding["verdict"];

/** What was found: for machines (and the console's two languages) by code and figures, for the terminal in one line. */
export type Told = { readonly outcome: Outcome; readonly found: string; readonly figures?: Finding["figures"] };

/** Something that is not as it should be, and what to do about it. */
export type Problem = Told & { readonly verdict: "warn" | "bad"; readonly mend: string };

/** One check: looks, and with `fix` mends what is safe to mend. */
export type Check = { readonly name: CheckName; readonly run: (fix: boolean) => Promise<Finding> };

/** Everything is as it should be. */
export function fine(check: CheckName, { outcome, found, figures = {} }: Told): Finding {
  return { check, verdict: "ok", outcome, figures, found, mend: "", mendable: false, mended: false };
}

/** Something is not. */
export function amiss(check: CheckName, { verdict, outcome, found, mend, figures = {} }: Problem): Finding {
  return { check, verdict, outcome, figures, found, mend, mendable: false, mended: false };
}

/** Something is not, and `--fix` mends it, or has mended it just now. */
export function mendable(check: CheckName, problem: Problem, fixed: boolean): Finding {
  if (!fixed) return { ...amiss(check, problem), mendable: true };
  return { ...fine(check, problem), found: `${problem.found}; mended`, mended: true };
}
