import { MISSING } from "../../ui/format/numbers.ts";

const SMALLEST = 0.001;

/** A p-value or one adjusted for many: 0.032, and < 0.001 where more digits would say nothing. */
export function pWords(p: number | null | undefined): string {
  if (p === null || p === undefined) return MISSING;
  return p < SMALLEST ? `< ${SMALLEST}` : p.toFixed(3);
}
