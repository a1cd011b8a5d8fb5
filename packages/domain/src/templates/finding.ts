/** What checks find in a template. An error keeps it from being published; a warning does not. */
export const FINDING_CODES = {
  unreadable: "error",
  unclosed_tag: "error",
  markup_wrong: "warning",
  tag_lost: "error",
  unsafe_place: "error",
  blank: "error",
  no_such_snippet: "error",
  no_such_variable: "error",
  no_such_trait: "error",
  trait_missing: "error",
  trait_unseen: "error",
  business_unsaid: "error",
  property_unsure: "warning",
  no_unsubscribe: "error",
  no_default_language: "error",
  language_missing: "warning",
  too_long: "error",
  rather_long: "warning",
  unsafe_link: "error",
  plain_link: "warning",
  personal_to_machine: "warning",
} as const satisfies Readonly<Record<string, "error" | "warning">>;
export type FindingCode = keyof typeof FINDING_CODES;

export type Finding = {
  readonly code: FindingCode;
  readonly severity: "error" | "warning";
  /** Empty for what holds in all languages. */
  readonly language: string;
  /** Place within the content; empty for the template as a whole. */
  readonly path: string;
  /** From 1; null where there is none. */
  readonly line: number | null;
  readonly details: Readonly<Record<string, string | number>>;
};

export type Place = Pick<Finding, "language" | "path">;

export function finding(code: FindingCode, place: Place, line: number | null = null, details: Finding["details"] = {}): Finding {
  return { code, severity: FINDING_CODES[code], ...place, line, details };
}
