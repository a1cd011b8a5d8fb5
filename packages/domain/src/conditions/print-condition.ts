import { canonicalJson } from "../canonical-json.ts";
import type { Json } from "../json.ts";
import {
  foldCondition,
  type Condition,
  type DidLeaf,
  type EventSelector,
  type Leaf,
  type Scalar,
  type SequenceLeaf,
  type Within,
  type RankedBy,
} from "./condition.ts";
import { countOf } from "./did-holds.ts";

/**
 * One text for conditions that are the same but for the order of their parts and values, repeats, brackets around one part, and `not`
 * said twice: for keys of caches and for telling whether a definition was changed.
 */
export function printCondition(condition: Condition): string {
  return canonicalJson(canonical(condition));
}

/** The same for a selector. */
export function printSelector(selector: EventSelector): string {
  return canonicalJson(canonicalSelector(selector));
}

function canonical(condition: Condition): Json {
  return foldCondition<Leaf, Json>(condition, {
    all: (parts) => grouped("all", parts),
    any: (parts) => grouped("any", parts),
    not: (part) => (isNegation(part) ? part.not : { not: part }),
    leaf: canonicalLeaf,
  });
}

function grouped(key: "all" | "any", parts: readonly Json[]): Json {
  const inner = parts.flatMap((part) => (isGroup(key, part) ? part[key] : [part]));
  const sorted = inTextOrder(inner);
  const [first] = sorted;
  return sorted.length === 1 && first !== undefined ? first : { [key]: sorted };
}

/** `all` inside `all` says nothing more. */
function isGroup<K extends "all" | "any">(key: K, part: Json): part is { readonly [Key in K]: readonly Json[] } {
  return typeof part === "object" && part !== null && key in part;
}

function isNegation(part: Json): part is { readonly not: Json } {
  return typeof part === "object" && part !== null && "not" in part;
}

function inTextOrder(values: readonly Json[]): readonly Json[] {
  const byText = new Map(values.map((value) => [canonicalJson(value), value] as const));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function canonicalLeaf(leaf: Leaf): Json {
  if ("did" in leaf) return canonicalDid(leaf);
  if ("sequence" in leaf) return canonicalSequence(leaf);
  if ("population" in leaf) {
    const { population, stands, among } = leaf;
    return {
      population: canonicalRanked(population),
      stands: { ...stands },
      ...(among === undefined ? {} : { among: { segment: among.segment, ...(among.zero === undefined ? {} : { zero: among.zero }) } }),
    };
  }
  const sorted = (values: readonly Scalar[]): Json => inTextOrder(values);
  if ("segment" in leaf || "tag" in leaf || "chance" in leaf) return leaf;
  if ("is" in leaf) return { ...leaf, is: sorted(leaf.is) };
  return "isNot" in leaf ? { ...leaf, isNot: sorted(leaf.isNot) } : leaf;
}

function canonicalDid(leaf: DidLeaf): Json {
  const did = canonicalSelector(leaf.did);
  if ("first" in leaf) return { did, first: canonicalWithin(leaf.first) };
  if ("last" in leaf) return { did, last: canonicalWithin(leaf.last) };
  const within = leaf.within === undefined ? {} : { within: canonicalWithin(leaf.within) };
  if ("measure" in leaf) return { did, measure: leaf.measure, is: leaf.is, ...within };
  const { op, value } = countOf(leaf);
  return { did, ...(op === "gte" && value === 1 ? {} : { count: { op, value } }), ...within };
}

function canonicalRanked(by: RankedBy): Json {
  if ("trait" in by) return by;
  const did = canonicalSelector(by.did);
  if ("daysSince" in by) return { did, daysSince: by.daysSince };
  return { did, measure: by.measure, ...(by.within === undefined ? {} : { within: canonicalWithin(by.within) }) };
}

function canonicalSequence({ sequence: { steps, withinDays, withinHours, without, within } }: SequenceLeaf): Json {
  const hours = withinDays === undefined ? withinHours : withinDays * HOURS_OF_DAY;
  return {
    sequence: {
      steps: steps.map(canonicalSelector),
      ...(hours === undefined ? {} : { withinHours: hours }),
      ...(without === undefined ? {} : { without: canonicalSelector(without) }),
      ...(within === undefined ? {} : { within: canonicalWithin(within) }),
    },
  };
}

const HOURS_OF_DAY = 24;

/** The days from today on are also "the last days". */
function canonicalWithin(within: Within): Json {
  return "daysAgo" in within && within.daysAgo[0] === 0 ? { days: within.daysAgo[1] + 1 } : within;
}

function canonicalSelector({ event, where }: EventSelector): Json {
  return { event, ...(where === undefined ? {} : { where: canonical(where) }) };
}
