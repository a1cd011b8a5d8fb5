import { fail, type Result } from "../result.ts";

/** A part of an analysis that cannot be meant as it stands: which, and how to put it right. */
export function queryFault(field: string, mend: string): Result<never> {
  return fail("insight.query_invalid", { field, mend });
}
