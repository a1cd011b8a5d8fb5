import type { Fault } from "../result.ts";
import { mendOf, type Mend } from "./mends.ts";

/** One pass over a condition: the first fault, and how much was read. */
export type Reading = { fault: Fault | undefined; leaves: number; populations: number };

const SEGMENT_ID = /^[1-9]\d{0,17}$/;

export function isSegmentId(json: unknown): json is string {
  return typeof json === "string" && SEGMENT_ID.test(json);
}

/** Notes a fault unless there is one already; answers undefined, as whatever could not be read. */
export function refuse(reading: Reading, field: string, mend: Mend, code = "condition.invalid"): undefined {
  reading.fault ??= { code, field, mend: mend.text, details: { mend: mend.key, ...mend.values } };
  return undefined;
}

/** Reads a whole number between two others, both included. */
export function wholeNumber(
  json: unknown,
  { path, min, max }: { readonly path: string; readonly min: number; readonly max: number },
  reading: Reading,
): number | undefined {
  if (typeof json === "number" && Number.isInteger(json) && json >= min && json <= max) return json === 0 ? 0 : json;
  return refuse(reading, path, mendOf("wholeNumber", { min, max }));
}

/** Refuses what an object holds besides the keys it may have; true when there is nothing else. */
export function hasOnly(
  json: object,
  { path, keys, beside }: { path: string; keys: readonly string[]; beside?: string },
  reading: Reading,
): boolean {
  const unknown = Object.keys(json).find((key) => !keys.includes(key));
  if (unknown === undefined) return true;
  const offered = keys.filter((key) => key !== beside).join(", ");
  refuse(
    reading,
    `${path}.${unknown}`,
    beside === undefined ? mendOf("keys", { choices: offered }) : mendOf("keysBeside", { beside, choices: offered }),
  );
  return false;
}
