import { foldCondition, type BehaviourLeaf, type PersonLeaf } from "@terrace/domain/conditions/condition";
import { BOOLEAN } from "@terrace/domain/conditions/matches-event";
import { addCounters, type Counter } from "@terrace/domain/segments/counter";
import type { LeafTime } from "@terrace/domain/segments/leaf-counter";
import { earlier, leafChange, leafHolds, type KnownPerson } from "@terrace/domain/segments/live-rule";
import type { LiveRule } from "./live-plan.ts";
import type { RuleStage } from "./rule.store.ts";
import type { TouchedPerson, Why } from "./touched-people.store.ts";

/** Why somebody came in or left, as history tells it. */
export type ChangeWhy = "event" | "trait" | "tag" | "merge" | "time" | "list" | "build" | "rule" | "refill";

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
};

/** When people are evaluated, and which rules what was counted matters to. */
export type Evaluating = LeafTime & { readonly concerned: ReadonlyMap<string, ReadonlySet<string>> };

/**
 * What rules that have their counters say of a person, those that others ask about first. Who was touched by nothing but events is asked by the rules
 * that these matter to: for the others nothing has changed.
 */
export function evaluatePerson(
  rules: readonly StagedRule[],
  person: TouchedPerson & { readonly personId: string },
  time: Evaluating,
): Verdict {
  const members = membershipsOf(person);
  const segments = new Set(members.keys());
  const asked = askedOf(person, segments, time);
  const only = concernedBy(person, time);
  const changes: Change[] = [];
  let dueMs = only === undefined ? undefined : standingDue(person);
  for (const rule of rules) {
    if (only !== undefined && !only.has(rule.id)) continue;
    const holds = foldCondition<PersonLeaf, boolean>(rule.condition, { ...BOOLEAN, leaf: (leaf) => asked.holds(rule, leaf) });
    for (const leaf of rule.leaves.keys()) dueMs = earlier(dueMs, asked.change(rule, leaf));
    const ids = members.get(rule.id) ?? [];
    const what = changeOf(holds, ids.length);
    if (holds) segments.add(rule.id);
    else segments.delete(rule.id);
    if (what !== undefined)
      changes.push({ rule, personId: person.personId, what, why: whyOf(rule, person.whys), members: ids, since: person.since });
  }
  return { changes, dueMs };
}

/** The rules that what touched the person may matter to; undefined for all. */
function concernedBy({ trackers }: TouchedPerson, { concerned }: Evaluating): ReadonlySet<string> | undefined {
  if (trackers === null) return undefined;
  const rules = new Set<string>();
  for (const tracker of new Set(trackers.split(","))) for (const rule of concerned.get(tracker) ?? []) rules.add(rule);
  return rules;
}

/** When the person is to be looked at for the sake of rules that are not asked now. */
function standingDue({ due }: TouchedPerson): number | undefined {
  return (due ?? []).map(({ at }) => Date.parse(at)).reduce<number | undefined>(earlier, undefined);
}

type Asked = {
  readonly holds: (rule: StagedRule, leaf: PersonLeaf) => boolean;
  readonly change: (rule: StagedRule, leaf: PersonLeaf) => number | undefined;
};

/** Answers leaves, each once however many rules have it. Who is in which segment changes on the way. */
function askedOf(person: TouchedPerson & { readonly personId: string }, segments: ReadonlySet<string>, time: Evaluating): Asked {
  const counters = countersOf(person);
  const tags = tagsOf(person);
  const known = (rule: StagedRule): KnownPerson => ({
    id: person.personId,
    traits: person.traits ?? {},
    tags,
    segments,
    counter: (leaf) => counters(rule, leaf),
  });
  const holding = new Map<string, boolean>();
  const changing = new Map<string, number | undefined>();
  return {
    holds: (rule, leaf) => {
      if ("segment" in leaf) return segments.has(leaf.segment) === leaf.in;
      const key = rule.leaves.get(leaf)?.known ?? "";
      const holds = holding.get(key) ?? leafHolds(leaf, known(rule), time);
      holding.set(key, holds);
      return holds;
    },
    change: (rule, leaf) => {
      const key = rule.leaves.get(leaf)?.known ?? "";
      if (!changing.has(key)) changing.set(key, leafChange(leaf, known(rule), time));
      return changing.get(key);
    },
  };
}

function changeOf(holds: boolean, members: number): Change["what"] | undefined {
  if (!holds) return members === 0 ? undefined : "leave";
  if (members === 0) return "enter";
  return members === 1 ? undefined : "join";
}

function membershipsOf({ members }: TouchedPerson): ReadonlyMap<string, readonly string[]> {
  const byId = new Map<string, string[]>();
  for (const member of members ?? []) {
    const [segment = "", id = ""] = member.split(".");
    byId.set(segment, [...(byId.get(segment) ?? []), id]);
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
function countersOf({ states }: TouchedPerson): (rule: LiveRule, leaf: BehaviourLeaf) => Counter {
  const sums = new Map<string, Counter>();
  return (rule, leaf) => {
    const { id = "", kept } = rule.leaves.get(leaf)?.tracker ?? {};
    let sum = sums.get(id);
    if (sum === undefined) {
      sum = (states ?? []).reduce<Counter>((total, state) => addCounters(total, state[id] ?? [], kept), []);
      sums.set(id, sum);
    }
    return sum;
  };
}

const PRECEDENCE = ["merge", "event", "trait", "tag", "list", "time"] as const satisfies readonly Why[];

function whyOf(rule: StagedRule, whys: readonly Why[]): ChangeWhy {
  // While everyone is looked at again, what touches people goes on as it did.
  if (rule.stage === "settling" && (rule.why !== "refill" || whys.includes("pass"))) return rule.why;
  // A segment that it asks about has another rule.
  if (whys.includes("pass")) return "rule";
  return PRECEDENCE.find((why) => whys.includes(why)) ?? "time";
}
