import type { PersonalClass } from "../event/feed-event.ts";
import type { InBothLanguages } from "../in-both-languages.ts";
import { dayOfIso } from "../time/zoned-time.ts";

/** What can be asked for as evidence. `link` is the address of a page or file. */
export const EVIDENCE_TYPES = ["text", "long_text", "number", "date", "link", "choice"] as const;
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

/** The classes of personal data that the value of a field can be of as a whole. */
export const EVIDENCE_CLASSES = ["name", "phone", "email", "id_card", "address", "marked"] as const satisfies readonly PersonalClass[];
export type EvidenceClass = (typeof EVIDENCE_CLASSES)[number];

export type EvidenceField = {
  readonly key: string;
  readonly name: InBothLanguages;
  readonly type: EvidenceType;
  readonly required: boolean;
  /** What can be chosen; empty for the other types. */
  readonly choices: readonly string[];
  /** Null: of none as a whole; what looks personal in it is found by its shape. */
  readonly personal: EvidenceClass | null;
};

export type EvidenceValue = string | number;
export type Evidence = Readonly<Record<string, EvidenceValue>>;

/** A field that is not as it is asked for, and what to do about it. */
export type EvidenceProblem = { readonly key: string; readonly mend: string };

const TEXT_MAX: Readonly<Record<Exclude<EvidenceType, "number">, number>> = {
  text: 300,
  long_text: 4_000,
  date: 10,
  link: 2_000,
  choice: 80,
};

/** The first problem of what was filled in, in the order of the fields, then of what nobody asked for; undefined when there is none. */
export function problemOfEvidence(fields: readonly EvidenceField[], evidence: Evidence): EvidenceProblem | undefined {
  for (const field of fields) {
    const mend = mendOfValue(field, evidence[field.key]);
    if (mend !== undefined) return { key: field.key, mend };
  }
  const known = new Set(fields.map(({ key }) => key));
  const unknown = Object.keys(evidence)
    .toSorted()
    .find((key) => !known.has(key));
  return unknown === undefined ? undefined : { key: unknown, mend: "Leave it out: this kind of verification does not ask for it" };
}

function mendOfValue(field: EvidenceField, value: EvidenceValue | undefined): string | undefined {
  if (value === undefined || (typeof value === "string" && value.trim() === "")) return field.required ? "Fill it in" : undefined;
  if (field.type === "number") return typeof value === "number" && Number.isFinite(value) ? undefined : "Give a number";
  if (typeof value !== "string") return "Give a text";
  if (value.length > TEXT_MAX[field.type]) return `Use at most ${TEXT_MAX[field.type]} characters`;
  return MEND_OF_TEXT[field.type](value, field);
}

const MEND_OF_TEXT: Readonly<Record<Exclude<EvidenceType, "number">, (text: string, field: EvidenceField) => string | undefined>> = {
  text: () => undefined,
  long_text: () => undefined,
  date: (text) => (dayOfIso(text) === undefined ? "Give a date as 2026-07-16" : undefined),
  link: (text) => (isLink(text) ? undefined : "Give an address that begins with https:// or http://"),
  choice: (text, { choices }) => (choices.includes(text) ? undefined : `Choose one of: ${choices.join(", ")}`),
};

/** Only addresses that a browser may open: whoever reviews clicks on them. */
function isLink(text: string): boolean {
  return URL.canParse(text) && ["https:", "http:"].includes(new URL(text).protocol);
}

/** What is kept: texts without spaces around them, nothing that was left empty. */
export function keptEvidence(evidence: Evidence): Evidence {
  return Object.fromEntries(
    Object.entries(evidence)
      .map(([key, value]) => [key, typeof value === "string" ? value.trim() : value] as const)
      .filter(([, value]) => value !== ""),
  );
}
