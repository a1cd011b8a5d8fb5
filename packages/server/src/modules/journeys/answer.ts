import { advance } from "@terrace/domain/journeys/advance";
import type { JourneyDefinition } from "@terrace/domain/journeys/journey-definition";
import { foldCondition, type PersonCondition, type PersonLeaf } from "@terrace/domain/conditions/condition";
import type { Ask, Answer } from "@terrace/domain/journeys/enrolment";
import { loadFeedEnds, isPassed, type FeedEnds } from "../../platform/feed/feed-ends.store.ts";
import { RESOLVER } from "../../platform/feed/resolver.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { meetingLeaf, usualMinutes } from "./answer.views.ts";
import type { StoredEnrolment } from "./enrolment-rows.ts";
import { askLater, loadAsking, loadOpenQuestions, lockAsking, type QuestionKey } from "./enrolment.store.ts";
import { goOn } from "./go-on.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { faultName, park } from "./parked.ts";
import { selecting, type Running } from "./running.ts";
import { loadUnsettled } from "./unsettled.views.ts";
import { liveOf } from "./work.ts";
import { loadZones, zoneOf } from "./zone.views.ts";

/** Questions that are answered in one go. */
const ANSWERS_MAX = 500;
/** Questions whose answers are waited for. */
const ASKING_MAX = 5_000;
const FAIR_MIN = 20;
/** Who cannot be answered yet is asked again after this long, behind the others. */
const LATER_MS = 1_000;

/** Questions that could be seen before the feed's ends were read: whatever was done before they came up lies before these. */
type Round = { readonly questions: readonly QuestionKey[]; readonly ends: FeedEnds };

const nameOf = ({ id, steps, asked }: QuestionKey): string => `${id} ${steps} ${asked ?? ""}`;

/** Answers questions of people in journeys, once the event engine holds everything that was acknowledged before they came up; answers how many were. */
export function createAnswering(deps: JourneyDeps, running: Running): () => Promise<number> {
  let rounds: readonly Round[] = [];
  return async () => {
    const journeyIds = liveOf(await running.fresh());
    if (journeyIds.length === 0) return 0;
    rounds = [...rounds, ...(await nextRound(deps, journeyIds, rounds))];
    const passed: Round[] = [];
    for (const round of rounds) if (await isPassed(deps.db, round.ends, [RESOLVER, "journeys"])) passed.push(round);
    rounds = rounds.filter((round) => !passed.includes(round));
    const questions = passed.flatMap((round) => round.questions);
    let answered = 0;
    for (let from = 0; from < questions.length; from += ANSWERS_MAX)
      answered += await answerSome(deps, running, questions.slice(from, from + ANSWERS_MAX));
    return answered;
  };
}

async function nextRound(deps: JourneyDeps, journeyIds: readonly string[], rounds: readonly Round[]): Promise<readonly Round[]> {
  const perJourney = Math.max(FAIR_MIN, Math.floor(ASKING_MAX / journeyIds.length));
  const open = await loadOpenQuestions(deps.db, { journeyIds, nowMs: deps.nowMs(), perJourney });
  const asked = new Set(rounds.flatMap(({ questions }) => questions.map(nameOf)));
  const questions = open.filter((one) => !asked.has(nameOf(one)));
  // Read after the questions: who can be seen has done everything that they did before.
  return questions.length === 0 ? [] : [{ questions, ends: await loadFeedEnds(deps.db) }];
}

async function answerSome(deps: JourneyDeps, running: Running, questions: readonly QuestionKey[]): Promise<number> {
  const names = new Set(questions.map(nameOf));
  const { stored, unreadable } = await loadAsking(
    deps.db,
    deps.privacy,
    questions.map(({ id }) => id),
  );
  for (const one of unreadable) await inTransaction(deps.db, (tx) => park(deps, tx, [one], faultName(one.error)));
  const asking = stored.filter(({ id, enrolment: { place } }) => names.has(nameOf({ id, steps: place.steps, asked: place.asked })));
  let answered = 0;
  for (const [workspaceId, own] of Map.groupBy(asking, (one) => one.workspaceId))
    answered += await answerIn(deps, running, workspaceId, own);
  return answered;
}

type Question = { readonly stored: StoredEnrolment; readonly ask: Ask; readonly personId: string | undefined };

async function answerIn(deps: JourneyDeps, running: Running, workspaceId: number, asking: readonly StoredEnrolment[]): Promise<number> {
  const originIds = [...new Set(asking.map(({ originId }) => originId))];
  const owned = await deps.people.idsOfPeople(deps.db, workspaceId, originIds);
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const idsOf = Map.groupBy(owned, ({ personId }) => personId);
  const unsettled = await loadUnsettled(deps.db, workspaceId, owned);
  const definitionOf = await running.definitions(deps.db, asking);
  const isReady = ({ originId }: StoredEnrolment): boolean => !unsettled.has(personOf.get(originId) ?? "");
  await askLater(
    deps.db,
    asking.filter((one) => !isReady(one)).map(({ id }) => id),
    deps.nowMs() + LATER_MS,
  );
  const questions = asking.filter(isReady).flatMap((stored): readonly Question[] => {
    const ask = questionOf(deps, definitionOf(stored), stored);
    return ask === undefined ? [] : [{ stored, ask, personId: personOf.get(stored.originId) }];
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
      same.map((stored) => ({ stored, answer: answers.get(stored.id) })),
    );
    return same.length;
  });
}

/** What somebody's question is; their condition at the door, or what the reducer asks at their place. */
function questionOf(
  deps: JourneyDeps,
  definition: JourneyDefinition | undefined,
  { journeyId, state, workspaceId, originId, enrolment }: StoredEnrolment,
): Ask | undefined {
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
  const found = await Promise.all(
    [...asked].map(async ([key, { leaf, people }]): Promise<readonly [string, ReadonlySet<string>]> => {
      if (!("segment" in leaf)) return [key, await meetingLeaf(deps, workspaceId, leaf, [...people])];
      return [key, await inSegment(deps, workspaceId, leaf, new Map([...people].map((personId) => [personId, idsOf(personId)])))];
    }),
  );
  const holding = new Map(found);
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
