import { advance } from "@terrace/domain/journeys/advance";
import { foldCondition, type PersonCondition, type PersonLeaf } from "@terrace/domain/conditions/condition";
import type { Ask, Answer } from "@terrace/domain/journeys/enrolment";
import { loadFeedEnds, isPassed, type FeedEnds } from "../../platform/feed/feed-ends.store.ts";
import { RESOLVER } from "../../platform/feed/resolver.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { areChangesPending, areTagsPending, areTraitsPending } from "../people/module.ts";
import { meetingLeaf, usualMinutes } from "./answer.views.ts";
import { loadAsking, lockAsking, type StoredEnrolment } from "./enrolment.store.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { liveOf, goOn } from "./work.ts";
import { selecting, type Running } from "./running.ts";
import { loadZones, zoneOf } from "./zone.views.ts";

const ASKING_MAX = 500;

/** Answers questions of people in journeys, once the event engine holds everything that was acknowledged before they came up; answers how many were. */
export function createAnswering(deps: JourneyDeps, running: Running): () => Promise<number> {
  let pending: { readonly atMs: number; readonly ends: FeedEnds } | undefined;
  let knownMs = 0;
  return async () => {
    const journeyIds = liveOf(await running.fresh());
    if (journeyIds.length === 0) return 0;
    pending ??= { atMs: deps.nowMs(), ends: await loadFeedEnds(deps.db) };
    if (await isPassed(deps.db, pending.ends, [RESOLVER, "journeys"])) [knownMs, pending] = [pending.atMs, undefined];
    const asking = await loadAsking(deps.db, deps.privacy, { journeyIds, untilMs: knownMs, limit: ASKING_MAX });
    let answered = 0;
    for (const [workspaceId, own] of Map.groupBy(asking, (one) => one.workspaceId))
      answered += await answerIn(deps, running, workspaceId, own);
    return answered;
  };
}

type Question = { readonly stored: StoredEnrolment; readonly ask: Ask; readonly personId: string | undefined };

async function answerIn(deps: JourneyDeps, running: Running, workspaceId: number, asking: readonly StoredEnrolment[]): Promise<number> {
  const owned = await deps.people.idsOfPeople(deps.db, workspaceId, [...new Set(asking.map(({ originId }) => originId))]);
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const idsOf = Map.groupBy(owned, ({ personId }) => personId);
  const ready = new Map<string, boolean>();
  for (const [personId, ids] of idsOf)
    ready.set(
      personId,
      await isKnown(
        deps,
        workspaceId,
        personId,
        ids.map(({ originId }) => originId),
      ),
    );
  const questions = asking.flatMap((stored): readonly Question[] => {
    const personId = personOf.get(stored.originId);
    const ask = questionOf(deps, running, stored);
    return ask === undefined || (personId !== undefined && ready.get(personId) !== true) ? [] : [{ stored, ask, personId }];
  });
  const answers = await answersTo(deps, workspaceId, questions, (personId) => (idsOf.get(personId) ?? []).map(({ originId }) => originId));
  return inTransaction(deps.db, async (tx) => {
    const before = new Map(questions.map(({ stored }) => [stored.id, stored]));
    const held = await lockAsking(tx, deps.privacy, [...before.keys()]);
    // Who was moved meanwhile has another question, or none.
    const same = held.filter(({ id, enrolment: { place } }) => {
      const asked = before.get(id)?.enrolment.place;
      return asked?.steps === place.steps && asked.asked === place.asked;
    });
    await goOn(
      deps,
      tx,
      running,
      same.map((stored) => ({ stored, isHeld: false, answer: answers.get(stored.id) })),
    );
    return same.length;
  });
}

/** Whether the event engine knows what is said of somebody: their traits, tags and ids. */
async function isKnown({ db }: JourneyDeps, workspaceId: number, personId: string, originIds: readonly string[]): Promise<boolean> {
  return inTransaction(
    db,
    async (tx) =>
      !(await areTraitsPending(tx, workspaceId, [personId])) &&
      !(await areTagsPending(tx, workspaceId, originIds)) &&
      !(await areChangesPending(tx, workspaceId, originIds)),
  );
}

/** What somebody's question is; their condition at the door, or what the reducer asks at their place. */
function questionOf(
  deps: JourneyDeps,
  running: Running,
  { journeyId, version, state, workspaceId, originId, enrolment }: StoredEnrolment,
): Ask | undefined {
  const definition = running.find(journeyId, version)?.definition;
  if (definition === undefined) return undefined;
  const { condition } = definition.entry;
  if (state === "waiting") return condition === null ? undefined : { kind: "conditions", conditions: [condition] };
  const facts = { journeyId, originId, personZone: "UTC", workspaceZone: "UTC", winners: new Map<string, string>(), heard: [] };
  const moved = advance(definition, enrolment, { ...facts, selects: selecting(deps, workspaceId, []) }, { nowMs: enrolment.place.sinceMs });
  return moved.ask ?? undefined;
}

async function answersTo(
  deps: JourneyDeps,
  workspaceId: number,
  questions: readonly Question[],
  idsOf: (personId: string) => readonly string[],
): Promise<ReadonlyMap<string, Answer>> {
  const holds = await leafAnswers(deps, workspaceId, questions, idsOf);
  const people = questions.flatMap(({ ask, personId }) => (ask.kind === "minute" && personId !== undefined ? [personId] : []));
  const minutes = await minutesOf(deps, workspaceId, [...new Set(people)]);
  return new Map(
    questions.flatMap(({ stored, ask, personId = "" }): readonly (readonly [string, Answer])[] => {
      if (ask.kind === "minute") return [[stored.id, { kind: "minute", minute: minutes.get(personId) ?? null }]];
      if (ask.kind !== "conditions") return [];
      return [[stored.id, { kind: "conditions", holds: ask.conditions.map((condition) => holds(condition, personId)) }]];
    }),
  );
}

/** By each one's own clock. */
async function minutesOf(deps: JourneyDeps, workspaceId: number, people: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (people.length === 0) return new Map();
  const workspaceZone = (await deps.workspace(workspaceId))?.timeZone ?? "UTC";
  const zones = await loadZones(deps.db, workspaceId, people);
  const found = new Map<string, number>();
  for (const [zone, personIds] of Map.groupBy(people, (personId) => zoneOf(zones.get(personId), workspaceZone)))
    for (const [personId, minute] of await usualMinutes(deps, workspaceId, { personIds, zone })) found.set(personId, minute);
  return found;
}

/** Each leaf is asked once for all whom it concerns; who is in which segment is known here sooner than in the event engine. */
async function leafAnswers(
  deps: JourneyDeps,
  workspaceId: number,
  questions: readonly Question[],
  idsOf: (personId: string) => readonly string[],
): Promise<(condition: PersonCondition, personId: string) => boolean> {
  const asked = new Map<string, { readonly leaf: PersonLeaf; readonly people: Set<string> }>();
  for (const { ask, personId } of questions)
    for (const leaf of ask.kind === "conditions" && personId !== undefined ? ask.conditions.flatMap(leavesIn) : []) {
      const key = JSON.stringify(leaf);
      const known = asked.get(key) ?? { leaf, people: new Set<string>() };
      if (personId !== undefined) asked.set(key, { leaf, people: known.people.add(personId) });
    }
  const holding = new Map<string, ReadonlySet<string>>();
  for (const [key, { leaf, people }] of asked) {
    const found =
      "segment" in leaf
        ? await inSegment(deps, workspaceId, leaf, new Map([...people].map((personId) => [personId, idsOf(personId)])))
        : await meetingLeaf(deps, workspaceId, leaf, [...people]);
    holding.set(key, found);
  }
  return (condition, personId) =>
    foldCondition<PersonLeaf, boolean>(condition, {
      all: (parts) => parts.every(Boolean),
      any: (parts) => parts.some(Boolean),
      not: (part) => !part,
      leaf: (leaf) => holding.get(JSON.stringify(leaf))?.has(personId) === true,
    });
}

function leavesIn(condition: PersonCondition): readonly PersonLeaf[] {
  const join = (parts: readonly (readonly PersonLeaf[])[]): readonly PersonLeaf[] => parts.flat();
  return foldCondition<PersonLeaf, readonly PersonLeaf[]>(condition, { all: join, any: join, not: (part) => part, leaf: (leaf) => [leaf] });
}

async function inSegment(
  { segmentsOf }: JourneyDeps,
  workspaceId: number,
  leaf: { readonly segment: string; readonly in: boolean },
  people: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [personId, ids] of people) if ((await segmentsOf(workspaceId, ids)).has(leaf.segment) === leaf.in) found.add(personId);
  return found;
}
