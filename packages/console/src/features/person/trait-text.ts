import type { Format } from "../../app/workspace/use-format.ts";
import { MISSING } from "../../ui/format/numbers.ts";

/** Midnight in UTC is how senders write a day without a time, e.g. a birthday. */
const ISO_DAY = /^(\d{4}-\d{2}-\d{2})T00:00(?::00(?:\.0+)?)?Z$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

const YES_NO = { "zh-CN": ["是", "否"], en: ["Yes", "No"] } as const;

/** A trait or property value as an operator reads it: numbers grouped, times in the workspace's zone, lists with commas. */
export function traitText(value: unknown, format: Pick<Format, "count" | "tableTime" | "language">): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "number") return format.count(value);
  if (typeof value === "string") return ISO_DAY.exec(value)?.[1] ?? (ISO_TIME.test(value) ? format.tableTime(value) : value);
  if (typeof value === "boolean") return YES_NO[format.language][value ? 0 : 1];
  if (Array.isArray(value)) return value.map((item) => traitText(item, format)).join(", ");
  return JSON.stringify(value);
}
