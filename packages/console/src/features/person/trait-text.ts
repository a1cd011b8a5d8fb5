import type { Format } from "../../app/workspace/use-format.ts";
import { MISSING } from "../../ui/format/numbers.ts";

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** A trait or property value as an operator reads it: numbers grouped, times in the workspace's zone, lists with commas. */
export function traitText(value: unknown, format: Pick<Format, "count" | "tableTime">): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "number") return format.count(value);
  if (typeof value === "string") return ISO_TIME.test(value) ? format.tableTime(value) : value;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (Array.isArray(value)) return value.map((item) => traitText(item, format)).join(", ");
  return JSON.stringify(value);
}
