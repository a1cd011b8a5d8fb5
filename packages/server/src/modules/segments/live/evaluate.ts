import { compareOrigins } from "@terrace/domain/identity/person-order";
import { earlier } from "@terrace/domain/segments/live-rule";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { resort, stagedClasses, type Resorted, type StagedClass } from "../classes/sort-people.ts";
import { saveComputedPassed, loadComputedStages, setComputedStage } from "../computed/computed.store.ts";
import { reckonPerson, stagedComputed, type StagedComputed } from "../computed/reckon-people.ts";
import { beginEvaluating, isHeardByAll, lookUpOneByOne, shareEngines } from "./engine.store.ts";
import { concernFinder, evaluatePerson, type Change, type Evaluating, type StagedRule } from "./evaluate-person.ts";
import type { LiveDeps } from "./live-deps.ts";
import { asksTags, asksTraits, type Plans } from "./live-plan.ts";
import { loadStages, savePassed, setStage } from "./rule.store.ts";
import { lookAgain } from "../pyramids/keep.store.ts";
import { readPass, saveDue, takeTouched, type TouchedPerson } from "./touched-people.store.ts";
import { writeChanges, type Lag } from "./write-changes.ts";

/** Touches, and people of a pass, that one transaction takes. */
const TOUCHES_MAX = 4_000;
const PASS_MAX = 2_000;

/** How many people were evaluated, and the lags until `atMs`. */
export type Evaluated = { readonly people: number; readonly lags: readonly Lag[]; readonly atMs: number };

/** Evaluates people who were touched, or whose time has come; undefined when there are none or another process does it. */
export async function evaluateTouched(deps: LiveDeps, plans: Plans, workspaceId: number): Promise<Evaluated | undefined> {
  const evaluated = await inTransaction(deps.db, async (tx) => {
    const begun = await begin(deps, plans, tx, workspaceId);
    if (begun === undefined) return undefined;
    const people = await takeTouched(tx, { ...begun.asked, limit: TOUCHES_MAX });
    return people.length === 0 ? undefined : evaluate(deps, tx, begun, people);
  });
  return evaluated === undefined ? undefined : untilNow(evaluated, deps.nowMs());
}

/** A change is seen once it is committed. */
function untilNow({ people, lags, atMs }: Evaluated, nowMs: number): Evaluated {
  return { people, lags: lags.map(({ of, ms }) => ({ of, ms: ms + nowMs - atMs })), atMs: nowMs };
}

/** Evaluates the next page of everyone for segments that settle; undefined when none does. At the end of the last page they are live. */
export async function evaluatePass(deps: LiveDeps, plans: Plans, workspaceId: number): Promise<Evaluated | undefined> {
  return inTransaction(deps.db, async (tx) => {
    const begun = await begin(deps, plans, tx, workspaceId);
    const settling = [...(begun?.rules ?? []), ...(begun?.traits ?? [])].filter(({ stage }) => stage === "settling");
    if (begun === undefined || settling.length === 0 || !(await isHeardByAll(tx, workspaceId))) return undefined;
    // Segments that began at different times go on together from the one that has come the least far.
    const after = settling.map(({ passed }) => BigInt(passed)).reduce((least, passed) => (passed < least ? passed : least));
    const people = await readPass(tx, { ...begun.asked, limit: PASS_MAX, after: String(after) });
    const evaluated = await evaluate(deps, tx, begun, people);
    const passed = people.flatMap(({ asked }) => asked).toSorted(compareOrigins);
    await endPage(deps, tx, begun, { after, last: passed.length === PASS_MAX ? passed.at(-1) : undefined });
    return evaluated;
  });
}

/** Notes how far those have come that settle from one place; without more people they are live. */
async function endPage(
  deps: LiveDeps,
  tx: Tx,
  { rules, traits, asked: { workspaceId } }: Begun,
  { after, last }: { readonly after: bigint; readonly last: string | undefined },
): Promise<void> {
  const idsOf = (some: readonly { readonly id: string; readonly stage: string; readonly passed: string }[]): readonly string[] =>
    some.filter(({ stage, passed }) => stage === "settling" && BigInt(passed) === after).map(({ id }) => id);
  const [segmentIds, ids] = [idsOf(rules), idsOf(traits)];
  if (last !== undefined) {
    await savePassed(tx, workspaceId, segmentIds, last);
    await saveComputedPassed(tx, workspaceId, ids, last);
    return;
  }
  const at = new Date(deps.nowMs());
  await setStage(tx, workspaceId, { segmentIds, stage: "live", at });
  await setComputedStage(tx, workspaceId, { ids, stage: "live", at });
}

type Begun = {
  readonly rules: readonly StagedRule[];
  readonly traits: readonly StagedComputed[];
  readonly classes: readonly StagedClass[];
  readonly time: Evaluating;
  readonly asked: {
    readonly workspaceId: number;
    readonly now: Date;
    readonly traits: boolean;
    readonly tags: boolean;
    readonly computed: boolean;
  };
};

/** The rules that have their counters, which stand until the transaction ends. */
async function begin(deps: LiveDeps, plans: Plans, tx: Tx, workspaceId: number): Promise<Begun | undefined> {
  if (!(await beginEvaluating(tx, workspaceId))) return undefined;
  await lookUpOneByOne(tx);
  const [engine] = await shareEngines(tx, [workspaceId]);
  if (engine === undefined) return undefined;
  const plan = await plans.of(tx, workspaceId, engine.version);
  const stages = await loadStages(tx, workspaceId);
  const rules = plan.rules.flatMap((rule): readonly StagedRule[] => {
    const stage = stages.get(rule.id);
    return stage === undefined || stage.stage === "filling" ? [] : [{ ...rule, ...stage }];
  });
  const nowMs = deps.nowMs();
  const tags = rules.some(({ condition }) => asksTags(condition));
  return {
    rules,
    traits: stagedComputed(plan.computed, await loadComputedStages(tx, workspaceId)),
    classes: stagedClasses(plan.classes, stages),
    time: { nowMs, zone: plan.place.zone, concern: concernFinder(rules, plan.concerned) },
    asked: {
      workspaceId,
      now: new Date(nowMs),
      traits: rules.some(({ condition }) => asksTraits(condition)),
      tags,
      computed: plan.classes.length + plan.computed.length > 0,
    },
  };
}

async function evaluate(
  deps: LiveDeps,
  tx: Tx,
  { classes, traits, time, asked: { workspaceId, computed } }: Begun,
  people: readonly TouchedPerson[],
): Promise<Evaluated> {
  const changes: Change[] = [];
  const next = new Map<string, number>();
  const gone: string[] = [];
  const resorted: Resorted[] = [];
  for (const person of people) {
    const { personId } = person;
    if (personId === null) {
      gone.push(...person.asked);
      continue;
    }
    const verdict = evaluatePerson({ ...person, personId }, time);
    changes.push(...verdict.changes);
    const reckoned = reckonPerson(traits, person, time);
    const standing = { computed: person.computed ?? {}, segments: verdict.segments, reckoned: reckoned.values };
    const sorted = computed ? resort(classes, traits, { ...person, personId, ...standing }) : undefined;
    if (sorted !== undefined) resorted.push(sorted);
    const dueMs = earlier(verdict.dueMs, reckoned.dueMs);
    if (dueMs !== undefined && !dueStands(person, dueMs)) next.set(personId, dueMs);
    gone.push(...(person.due ?? []).map(({ id }) => id).filter((id) => id !== personId || dueMs === undefined));
  }
  await saveDue(tx, workspaceId, { gone, next });
  const joined = people.filter(({ whys }) => whys.includes("merge")).flatMap(({ asked, origins }) => [...asked, ...(origins ?? [])]);
  await lookAgain(tx, workspaceId, joined);
  const lags = await writeChanges(deps, tx, workspaceId, { changes, resorted });
  return { people: people.length, lags, atMs: deps.nowMs() };
}

function dueStands({ due, personId }: TouchedPerson, dueMs: number | undefined): boolean {
  return due?.some(({ id, at }) => id === personId && Date.parse(at) === dueMs) === true;
}
