import { addCounters, type Counter } from "@terrace/domain/segments/counter";
import { counterChange, counterHolds, type LeafTime } from "@terrace/domain/segments/leaf-counter";
import { earlier, leafChange, leafHolds, type KnownPerson } from "@terrace/domain/segments/live-rule";
import type { CountedBy } from "./counted-by.ts";
import type { LiveLeaf, LiveRule } from "./live-plan.ts";
import type { RuleStage } from "./rule.store.ts";
import type { TouchedPerson, Why } from "./touched-people.store.ts";

/** Why somebody came in or left, as history tells it. */
export type ChangeWhy = "event" | "trait" | "tag" | "merge" | "time" | "list" | "schedule" | "build" | "rule" | "refill";

/** A rule with where it stands. */
export type StagedRule = LiveRule & RuleStage;

/** A membership that is not as it was. `members` are the ids by which the person is in; `kept` is the one that stays of several. */
export type Change = {
  readonly rule: StagedRule;
  readonly personId: string;
  readonly what: "enter" | "leave" | "join";
  readonly why: ChangeWhy;
  readonly members: readonly string[];
  readonly since: Date | null;
};

export type Verdict = {
  readonly changes: readonly Change[];
  /** Unix ms of when the person is to be evaluated again; undefined for never. */
  readonly dueMs: number | undefined;
  /** Segments that the person is in from now on. */
  readonly segments: ReadonlySet<string>;
};

/** Rules that matter to somebody, those that others ask about first, and their leaves, each once. */
export type Concern = { readonly rules: readonly StagedRule[]; readonly leaves: readonly LiveLeaf[] };

/** When people are evaluated, and by which rules those are whom nothing but what some trackers count touched; null for anything. */
export type Evaluating = LeafTime & { readonly concern: (trackers: string | null) => Concern };

/** Finds what matters to people by what was counted of them; many were touched by the same. */
export function concernFinder(rules: readonly StagedRule[], rulesBy: ReadonlyMap<string, ReadonlySet<string>>): Evaluating["concern"] {
  const all = concernOf(rules);
  const known = new Map<string, Concern>();
  return (trackers) => {
    if (trackers === null) return all;
    const key = [...new Set(trackers.split(","))].toSorted().join(",");
    let found = known.get(key);
    if (found === undefined) {
      const ids = new Set(key.split(",").flatMap((tracker) => [...(rulesBy.get(tracker) ?? [])]));
      found = concernOf(rules.filter(({ id }) => ids.has(id)));
      known.set(key, found);
    }
    return found;
  };
}

function concernOf(rules: readonly StagedRule[]): Concern {
  return { rules, leaves: [...new Set(rules.flatMap(({ leaves }) => leaves))] };
}

/**
 * What rules that have their counters say of a person, those that others ask about first. Who was touched by nothing but events is asked by the rules
 * that these matter to: for the others nothing has changed.
 */
export function evaluatePerson(person: TouchedPerson & { readonly personId: string }, time: Evaluating): Verdict {
  const { rules, leaves } = time.concern(person.trackers);
  const members = membershipsOf(person);
  const segments = new Set(members.keys());
  const asked = askedOf(person, segments, time);
  const changes: Change[] = [];
  for (const rule of rules) {
    const holds = rule.holds(asked.holds);
    const ids = members.get(rule.id) ?? [];
    const what = changeOf(holds, ids.length);
    if (holds) segments.add(rule.id);
    else segments.delete(rule.id);
    if (what !== undefined)
      changes.push({ rule, personId: person.personId, what, why: whyOf(rule, person.whys), members: ids, since: person.since });
  }
  const dueMs = leaves.reduce((due, leaf) => earlier(due, asked.change(leaf)), person.trackers === null ? undefined : standingDue(person));
  return { changes, dueMs, segments };
}

/** When the person is to be looked at for the sake of rules that are not asked now. */
function standingDue({ due }: TouchedPerson): number | undefined {
  return (due ?? []).map(({ at }) => Date.parse(at)).reduce<number | undefined>(earlier, undefined);
}

type Asked = { readonly holds: (leaf: LiveLeaf) => boolean; readonly change: (leaf: LiveLeaf) => number | undefined };

/** Answers leaves, each once however many rules have it. Who is in which segment changes on the way. */
function askedOf(person: TouchedPerson & { readonly personId: string }, segments: ReadonlySet<string>, time: LeafTime): Asked {
  const counter = countersOf(person);
  const known: KnownPerson = { id: person.personId, traits: person.traits ?? {}, tags: tagsOf(person), segments, counter: () => [] };
  const holding: boolean[] = [];
  return {
    holds: ({ leaf, at, counted }) => {
      if ("segment" in leaf) return segments.has(leaf.segment) === leaf.in;
      return (holding[at] ??=
        counted === undefined ? leafHolds(leaf, known, time) : counterHolds(counted.leaf, counter(counted.tracker), time));
    },
    change: ({ leaf, counted }) =>
      counted === undefined ? leafChange(leaf, known, time) : counterChange(counted.leaf, counter(counted.tracker), time),
  };
}

function changeOf(holds: boolean, members: number): Change["what"] | undefined {
  if (!holds) return members === 0 ? undefined : "leave";
  if (members === 0) return "enter";
  return members === 1 ? undefined : "join";
}

function membershipsOf({ members }: TouchedPerson): ReadonlyMap<string, readonly string[]> {
  const byId = new Map<string, string[]>();
  if (members === null) return byId;
  for (const part of members.split(" ")) {
    const [id = "", segments = ""] = part.split(":");
    for (const segment of segments.split(",")) {
      const own = byId.get(segment);
      if (own === undefined) byId.set(segment, [id]);
      else own.push(id);
    }
  }
  return byId;
}

/** A tag holds as long as it does on any of the ids. */
function tagsOf({ tags }: TouchedPerson): KnownPerson["tags"] {
  const until = new Map<string, number>();
  for (const { tag, at } of tags ?? []) until.set(tag, Math.max(until.get(tag) ?? -Infinity, at === null ? Infinity : Date.parse(at)));
  return until;
}

/** The sums of the counters of a person's ids, each made once. */
export function countersOf({ states }: Pick<TouchedPerson, "states">): (tracker: CountedBy) => Counter {
  const sums = new Map<string, Counter>();
  return ({ id, kept }) => {
    let sum = sums.get(id);
    if (sum === undefined) {
      sum = (states ?? []).reduce<Counter>((total, state) => addCounters(total, state[id] ?? [], kept), []);
      sums.set(id, sum);
    }
    return sum;
  };
}

const PRECEDENCE = ["merge", "event", "trait", "tag", "list", "schedule", "time"] as const satisfies readonly Why[];

function whyOf(rule: StagedRule, whys: readonly Why[]): ChangeWhy {
  // While everyone is looked at again, what touches people goes on as it did.
  if (rule.stage === "settling" && (rule.why !== "refill" || whys.includes("pass"))) return rule.why;
  // A segment that it asks about has another rule.
  if (whys.includes("pass")) return "rule";
  return PRECEDENCE.find((why) => whys.includes(why)) ?? "time";
}
