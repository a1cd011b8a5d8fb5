import type { z } from "zod";

/** What is asked for, by the name a schema has for it. */
const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  date: "a date",
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "a URL",
  uuid: "a UUID",
  datetime: "a time like 2026-01-31T08:00:00Z",
  date: "a date like 2026-01-31",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "a range of IPv4 addresses",
  cidrv6: "a range of IPv6 addresses",
};

/** More of a list than one wants to read. */
const OPTIONS_MAX = 40;

/**
 * What to do about an input that a schema refuses, as a sentence without a full stop ("Give a whole number of at least 1"). The field is told beside it. Undefined where
 * the schema's own words serve better.
 */
export function mendOfIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return typeMend(issue);
    case "invalid_value":
      return choiceMend(issue.values);
    case "too_small":
      return boundMend(issue.origin, issue.minimum, { bound: issue.inclusive === false ? "more than" : "at least", isExact: issue.exact });
    case "too_big":
      return boundMend(issue.origin, issue.maximum, { bound: issue.inclusive === false ? "less than" : "at most", isExact: issue.exact });
    case "invalid_format":
      return formatMend(issue);
    case "not_multiple_of":
      return `Give a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return `Leave out ${listed(issue.keys)}; there is no such field here`;
    case "invalid_union":
      return unionMend(issue);
    default:
      return undefined;
  }
}

function typeMend({ expected, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  const wanted = KINDS[expected] ?? expected;
  if (input === undefined) return `Give this field; it is ${wanted}`;
  if (expected === "int" || (expected === "number" && typeof input === "number")) return `Give ${wanted}`;
  return `Give ${wanted}, not ${KINDS[kindOf(input)] ?? kindOf(input)}`;
}

function kindOf(input: unknown): string {
  if (input === null) return "null";
  return Array.isArray(input) ? "array" : typeof input;
}

/** What to give where only these values will do. */
export function choiceMend(values: readonly unknown[]): string {
  const distinct = [...new Set(values)];
  const shown = distinct.slice(0, OPTIONS_MAX).map((value) => JSON.stringify(value) ?? String(value));
  if (distinct.length === 1) return `Give ${shown.join("")}`;
  return `Give one of ${shown.join(", ")}${distinct.length > OPTIONS_MAX ? ` (${distinct.length} in all)` : ""}`;
}

type Bound = { readonly bound: string; readonly isExact: boolean | undefined };

function boundMend(origin: string, limit: number | bigint, { bound, isExact }: Bound): string {
  const amount = isExact === true ? `exactly ${limit}` : `${bound} ${limit}`;
  if (origin === "string") return `Give a text of ${amount} ${Number(limit) === 1 ? "character" : "characters"}`;
  if (origin === "array" || origin === "set") return `Give a list of ${amount} ${Number(limit) === 1 ? "item" : "items"}`;
  if (origin === "record" || origin === "map" || origin === "object")
    return `Give an object of ${amount} ${Number(limit) === 1 ? "entry" : "entries"}`;
  return `Give ${origin === "int" ? "a whole number" : "a number"} of ${amount}`;
}

function formatMend({ format, pattern }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string {
  const known = FORMATS[format];
  if (known !== undefined) return `Give ${known}`;
  return pattern === undefined ? `Give a text of the format ${format}` : `Give a text that matches ${pattern}`;
}

function unionMend(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.length === 0 ? undefined : choiceMend(options);
}

function listed(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
