import type { putComputedTrait } from "@terrace/contract/api/computed-traits";
import {
  EDGE_TIMES,
  EDGE_VALUES,
  LIST_MAX,
  NUMBER_MEASURES,
  typeOfTrait,
  WINDOW_DAYS_MAX,
  type TraitDefinition,
  type TraitKind,
  type TraitMeasure,
  type TraitPeriod,
  type TraitSource,
  type TraitValue,
  type TraitWindow,
} from "@terrace/domain/computed/definition";
import type { TraitUnit } from "@terrace/domain/computed/trait-unit";
import { COMPUTED_KEY } from "@terrace/domain/traits/computed-traits";
import type { z } from "zod";

export type WindowKind = "ever" | "days" | TraitPeriod;
export type MeasureKind = TraitMeasure["kind"];

/** One side of a ratio, or what else is taken of events. */
export type SourceDraft = { readonly of: TraitSource; readonly value: TraitValue | undefined };
export type MeasureDraft = SourceDraft & { readonly kind: MeasureKind };

/** A computed trait being put together. What was chosen for one kind stays while another is looked at. */
export type TraitDraft = {
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly unit: TraitUnit;
  readonly kind: TraitKind;
  readonly own: SourceDraft;
  readonly as: "text" | "number";
  readonly limit: number | null;
  readonly part: MeasureDraft;
  readonly whole: MeasureDraft;
  readonly window: WindowKind;
  readonly days: number | null;
};

const ANY: SourceDraft = { of: { event: null }, value: undefined };
const DAYS_TO_BEGIN_WITH = 90;
const LIMIT_TO_BEGIN_WITH = 10;

export function newTrait(): TraitDraft {
  return {
    key: "",
    nameZh: "",
    nameEn: "",
    unit: "none",
    kind: "count",
    own: ANY,
    as: "text",
    limit: LIMIT_TO_BEGIN_WITH,
    part: { ...ANY, kind: "count" },
    whole: { ...ANY, kind: "count" },
    window: "ever",
    days: DAYS_TO_BEGIN_WITH,
  };
}

type Given = {
  readonly key: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly unit: TraitUnit;
  readonly definition: TraitDefinition;
};

/** A trait there is, or a template, to change. */
export function draftOf({ key, name, unit, definition }: Given): TraitDraft {
  const begun = { ...newTrait(), key, nameZh: name.zh, nameEn: name.en, unit, kind: definition.kind, ...windowDraft(definition.within) };
  if (definition.kind === "ratio") return { ...begun, part: measureDraft(definition.part), whole: measureDraft(definition.whole) };
  return {
    ...begun,
    own: { of: definition.of, value: valueIn(definition) },
    ...("as" in definition ? { as: definition.as } : {}),
    ...("limit" in definition ? { limit: definition.limit } : {}),
  };
}

function windowDraft(within: TraitWindow | undefined): Partial<TraitDraft> {
  if (within === undefined) return { window: "ever" };
  return "days" in within ? { window: "days", days: within.days } : { window: within.calendar };
}

function measureDraft(measure: TraitMeasure): MeasureDraft {
  return { kind: measure.kind, of: measure.of, value: valueIn(measure) };
}

function valueIn(measure: object): TraitValue | undefined {
  if ("property" in measure && typeof measure.property === "string") return { property: measure.property };
  return "value" in measure ? (measure as { readonly value: TraitValue }).value : undefined;
}

/** What of an event a kind takes: nothing, the number of a property, or the text of a property or column. */
export function takes(kind: TraitKind, as: "text" | "number"): "nothing" | "number" | "text" {
  if (isOneOf(NUMBER_MEASURES, kind)) return "number";
  if (isOneOf(EDGE_VALUES, kind)) return as;
  return kind === "distinct" || kind === "most_frequent" || kind === "list" ? "text" : "nothing";
}

function isOneOf<T extends string>(list: readonly T[], one: string): one is T {
  return list.some((each) => each === one);
}

/** How it is reckoned; undefined while something is missing. */
export function definitionOf(draft: TraitDraft): TraitDefinition | undefined {
  const within = windowOf(draft);
  const reckoned = within === null ? undefined : reckonedOf(draft);
  if (reckoned === undefined || within === null) return undefined;
  return within === undefined ? reckoned : { ...reckoned, within };
}

/** Null while it is not told. */
function windowOf({ window, days }: TraitDraft): TraitWindow | undefined | null {
  if (window === "ever") return undefined;
  if (window !== "days") return { calendar: window };
  return days === null || !Number.isInteger(days) || days < 1 || days > WINDOW_DAYS_MAX ? null : { days };
}

function reckonedOf({ kind, own, as, limit, part, whole }: TraitDraft): TraitDefinition | undefined {
  if (kind === "ratio") return ratioOf(part, whole);
  if (isOneOf(EDGE_TIMES, kind)) return { kind, of: own.of };
  if (isOneOf(EDGE_VALUES, kind)) return isMissing(own.value, as) ? undefined : { kind, of: own.of, value: own.value, as };
  if (kind !== "most_frequent" && kind !== "list") return measureOf({ ...own, kind });
  if (isMissing(own.value, "text")) return undefined;
  if (kind === "most_frequent") return { kind, of: own.of, value: own.value };
  return isLimit(limit) ? { kind, of: own.of, value: own.value, limit } : undefined;
}

function ratioOf(one: MeasureDraft, other: MeasureDraft): TraitDefinition | undefined {
  const [part, whole] = [measureOf(one), measureOf(other)];
  return part === undefined || whole === undefined ? undefined : { kind: "ratio", part, whole };
}

function isLimit(limit: number | null): limit is number {
  return limit !== null && Number.isInteger(limit) && limit >= 1 && limit <= LIST_MAX;
}

function measureOf({ kind, of, value }: MeasureDraft): TraitMeasure | undefined {
  if (kind === "count") return { kind, of };
  if (kind === "distinct") return isMissing(value, "text") ? undefined : { kind, of, value };
  return isMissing(value, "number") || !("property" in value) ? undefined : { kind, of, property: value.property };
}

function isMissing(value: TraitValue | undefined, as: "text" | "number"): value is undefined {
  if (value === undefined) return true;
  return "property" in value ? value.property.trim() === "" : as === "number";
}

/** The key that a name suggests. */
export function keyFrom(name: string): string {
  const key = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[_0-9]+|_+$/g, "");
  return key.slice(0, 40);
}

export function isKey(key: string): boolean {
  return COMPUTED_KEY.test(key);
}

/** What is sent to make or change it; undefined while something is missing. A name in one language alone stands in both. */
export function bodyOf(draft: TraitDraft): z.input<typeof putComputedTrait.body> | undefined {
  const definition = definitionOf(draft);
  const [zh, en] = [draft.nameZh.trim(), draft.nameEn.trim()];
  if (definition === undefined || (zh === "" && en === "")) return undefined;
  const unit = typeOfTrait(definition) === "number" ? draft.unit : "none";
  return { name: { zh: zh === "" ? en : zh, en: en === "" ? zh : en }, unit, definition };
}
