import type { PersonCondition } from "@terrace/domain/conditions/condition";
import { describe, expect, test } from "vitest";
import { concernFinder, evaluatePerson, type Evaluating, type StagedRule } from "./evaluate-person.ts";
import { leafFinder, readyRule, rulesByTracker } from "./live-plan.ts";
import type { TouchedPerson } from "./touched-people.store.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const TODAY = 20_650;
const SINCE = new Date(NOW_MS - 500);

/** A rule whose leaves about what was done count by the tracker of their event's name. */
function ruleOf(id: string, condition: PersonCondition, more: Partial<StagedRule> = {}): StagedRule {
  return { ...readyRule({ id, name: id, condition, gives: {} }, leafOf), stage: "live", why: "build", passed: "0", ...more };
}

const leafOf = leafFinder((leaf) => ({ id: "did" in leaf ? String(leaf.did.event) : "", kept: undefined }));
const bought: PersonCondition = { did: { event: "bought" }, within: { days: 3 } };
const viewed: PersonCondition = { did: { event: "viewed" } };
const RULES = [ruleOf("1", bought), ruleOf("2", viewed), ruleOf("3", { segment: "1", in: false })];

function timeOf(rules: readonly StagedRule[]): Evaluating {
  return { nowMs: NOW_MS, zone: "UTC", concern: concernFinder(rules, rulesByTracker(rules)) };
}

function personOf(more: Partial<TouchedPerson> = {}): TouchedPerson & { readonly personId: string } {
  const facts = {
    states: [{ bought: [[TODAY, 1] as const], viewed: [[0, 2] as const] }],
    traits: null,
    computed: null,
    tags: null,
    members: null,
    due: null,
  };
  return { ...facts, asked: ["7"], whys: ["event"], trackers: null, since: SINCE, origins: ["7"], ...more, personId: "7" };
}

function told(rules: readonly StagedRule[], person: ReturnType<typeof personOf>) {
  const { changes, dueMs } = evaluatePerson(person, timeOf(rules));
  return { changes: changes.map(({ rule, what, why }) => `${rule.id} ${what} ${why}`), dueMs };
}

describe("a person who was touched", () => {
  test("comes into every segment whose rule holds, in the order in which they ask about each other, and is due when the first of them ends", () => {
    expect(told(RULES, personOf())).toEqual({ changes: ["1 enter event", "2 enter event"], dueMs: Date.UTC(2026, 6, 19) });
  });

  test("by events alone is asked only by rules that these matter to, and those that ask about them; the others' time stands", () => {
    const due = [{ id: "7", at: new Date(NOW_MS + 1_000).toISOString() }];
    const members = "7:3";
    expect(told(RULES, personOf({ trackers: "bought", members, due }))).toEqual({
      changes: ["1 enter event", "3 leave event"],
      dueMs: NOW_MS + 1_000,
    });
    expect(told(RULES, personOf({ trackers: "another", members }))).toEqual({ changes: [], dueMs: undefined });
  });

  test("who was two members is one, and leaves as one", () => {
    expect(told(RULES, personOf({ whys: ["merge"], members: "7:1 9:1,2" })).changes).toEqual(["1 join merge"]);
    const { changes } = evaluatePerson(personOf({ states: null, members: "7:1 9:1" }), timeOf(RULES));
    expect(changes.map(({ what, members }) => [what, members])).toEqual([
      ["leave", ["7", "9"]],
      ["enter", []],
    ]);
  });

  test("while everyone is looked at, changes are of that, but for what goes on meanwhile when things are counted anew", () => {
    const why = (rule: Partial<StagedRule>, whys: TouchedPerson["whys"]) => told([ruleOf("2", viewed, rule)], personOf({ whys })).changes;
    expect(why({ stage: "settling", why: "build" }, ["event"])).toEqual(["2 enter build"]);
    expect(why({ stage: "settling", why: "refill" }, ["pass"])).toEqual(["2 enter refill"]);
    expect(why({ stage: "settling", why: "refill" }, ["event"])).toEqual(["2 enter event"]);
    expect(why({ stage: "live" }, ["pass"])).toEqual(["2 enter rule"]);
    expect(why({ stage: "live" }, ["event", "trait", "merge"])).toEqual(["2 enter merge"]);
  });
});
