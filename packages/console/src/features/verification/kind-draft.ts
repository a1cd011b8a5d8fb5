import {
  EVIDENCE_FIELDS_MAX,
  VALID_DAYS_MAX,
  type putVerificationKind,
  type VerificationKindView,
} from "@terrace/contract/api/verifications";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { InBothLanguages } from "@terrace/domain/in-both-languages";
import type { BadgeTone } from "@terrace/domain/pyramids/pyramid";
import type { EvidenceClass, EvidenceType } from "@terrace/domain/verification/evidence";
import type { z } from "zod";
import { readDraft } from "../segments/rule/rule-draft.ts";

/** A field being put together. `id` tells it from the others while it is changed; choices stand one a line. */
export type FieldDraft = {
  readonly id: number;
  readonly key: string;
  readonly name: InBothLanguages;
  readonly type: EvidenceType;
  readonly required: boolean;
  readonly choices: string;
  readonly personal: EvidenceClass | null;
};

/** A kind of verification being put together. What is not chosen now (days, the condition) stays while it is looked at otherwise. */
export type KindDraft = {
  readonly name: InBothLanguages;
  readonly label: InBothLanguages;
  readonly tone: BadgeTone;
  readonly tag: string;
  readonly fields: readonly FieldDraft[];
  readonly limited: boolean;
  readonly rule: Condition | undefined;
  readonly ends: boolean;
  readonly days: number | null;
  readonly open: boolean;
};
export type KindBody = z.input<typeof putVerificationKind.body>;

const KEY = /^[a-z][a-z0-9_]{0,39}$/;
const DAYS_TO_BEGIN_WITH = 365;
const NOTHING: InBothLanguages = { zh: "", en: "" };

export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** A kind with one field to be filled in. */
export function newKind(): KindDraft {
  return withField({
    name: NOTHING,
    label: NOTHING,
    tone: "blue",
    tag: "",
    fields: [],
    limited: false,
    rule: undefined,
    ends: true,
    days: DAYS_TO_BEGIN_WITH,
    open: true,
  });
}

/** A kind there is, to change. */
export function draftOf(kind: VerificationKindView): KindDraft {
  return {
    name: kind.name,
    label: kind.badge.label,
    tone: kind.badge.tone,
    tag: kind.tag,
    fields: kind.fields.map(({ choices, ...field }, id) => ({ ...field, id, choices: choices.join("\n") })),
    limited: kind.eligibility !== null,
    rule: kind.eligibility ?? undefined,
    ends: kind.validDays !== null,
    days: kind.validDays ?? DAYS_TO_BEGIN_WITH,
    open: kind.open,
  };
}

export function hasRoom({ fields }: KindDraft): boolean {
  return fields.length < EVIDENCE_FIELDS_MAX;
}

export function withField(draft: KindDraft): KindDraft {
  const id = Math.max(-1, ...draft.fields.map((each) => each.id)) + 1;
  const keys = new Set(draft.fields.map(({ key }) => key));
  let number = draft.fields.length + 1;
  while (keys.has(`field_${number}`)) number += 1;
  const field: FieldDraft = { id, key: `field_${number}`, name: NOTHING, type: "text", required: true, choices: "", personal: null };
  return { ...draft, fields: [...draft.fields, field] };
}

export function withoutField(draft: KindDraft, id: number): KindDraft {
  return { ...draft, fields: draft.fields.filter((each) => each.id !== id) };
}

export function withChanged(draft: KindDraft, id: number, change: Partial<Omit<FieldDraft, "id">>): KindDraft {
  return { ...draft, fields: draft.fields.map((each) => (each.id === id ? { ...each, ...change } : each)) };
}

/** What is missing of a kind. */
export type KindGap = "name" | "label" | "tag" | "field" | "choices" | "keys" | "rule" | "days";

export function gapsOf(draft: KindDraft): readonly KindGap[] {
  const keys = draft.fields.map(({ key }) => key);
  const days = draft.days ?? 0;
  const missing: Readonly<Record<KindGap, boolean>> = {
    name: !isWhole(draft.name),
    label: !isWhole(draft.label),
    tag: draft.tag.trim() === "",
    field: draft.fields.some(({ name }) => !isWhole(name)),
    choices: draft.fields.some((field) => field.type === "choice" && choicesOf(field).length === 0),
    keys: keys.some((key) => !KEY.test(key)) || new Set(keys).size !== keys.length,
    rule: draft.limited && readDraft(draft.rule).state !== "ready",
    days: draft.ends && !(Number.isInteger(days) && days >= 1 && days <= VALID_DAYS_MAX),
  };
  return (Object.keys(missing) as KindGap[]).filter((gap) => missing[gap]);
}

/** What is sent to make or change it; undefined while something is missing. */
export function bodyOf(draft: KindDraft): KindBody | undefined {
  if (gapsOf(draft).length > 0) return undefined;
  const read = readDraft(draft.rule);
  return {
    name: trimmed(draft.name),
    badge: { label: trimmed(draft.label), tone: draft.tone },
    tag: draft.tag.trim(),
    fields: draft.fields.map((field) => ({
      key: field.key,
      name: trimmed(field.name),
      type: field.type,
      required: field.required,
      choices: field.type === "choice" ? [...choicesOf(field)] : [],
      personal: field.personal,
    })),
    eligibility: draft.limited && read.state === "ready" ? read.rule : null,
    validDays: draft.ends ? draft.days : null,
    open: draft.open,
  };
}

function choicesOf({ choices }: FieldDraft): readonly string[] {
  return [...new Set(choices.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}

function isWhole({ zh, en }: InBothLanguages): boolean {
  return zh.trim() !== "" && en.trim() !== "";
}

function trimmed({ zh, en }: InBothLanguages): { zh: string; en: string } {
  return { zh: zh.trim(), en: en.trim() };
}
