import fc from "fast-check";

/**
 * Random tests draw the same worlds each time, so that what fails was changed by whoever sees it fail. `TERRACE_SEED=<number>` draws others,
 * `TERRACE_SEED=any` others each time (a failure prints its seed), and `TERRACE_RUNS=<number>` as many of them as there is patience for.
 */
const asked = process.env["TERRACE_SEED"] ?? "20261123";
if (asked !== "any") {
  const seed = Number(asked);
  if (!Number.isInteger(seed)) throw new Error(`TERRACE_SEED is a whole number or "any", not ${asked}`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
