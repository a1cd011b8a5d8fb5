import { generationAt, groupByHash, type Generation } from "@terrace/domain/holdouts/generation";
import { compareHoldouts, covers, type HoldoutGroup, type Program } from "@terrace/domain/holdouts/holdout";
import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { toldEvent } from "@terrace/domain/event/told-event";
import { HASH_VERSION } from "@terrace/domain/assignment/bucket";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction, type Db, type Tx } from "../../platform/storage/postgres.ts";
import { loadGroupsIn, rememberGroups, type RememberedGroup } from "./group.store.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { loadGenerations, loadRunning, type Holdout } from "./holdout.store.ts";
import { rotateIn, rotateOne } from "./turns.ts";

type Deps = Pick<HoldoutDeps, "db" | "privacy" | "people" | "calendar" | "nowMs">;

/** Whether somebody may get something, and what each holdout that has a say about it says. */
export type Decision = {
  readonly may: boolean;
  /** Key of the holdout that keeps the person from it. */
  readonly heldBy: string | null;
  readonly groups: readonly { readonly holdout: string; readonly generation: number; readonly group: HoldoutGroup }[];
};

type Asking = { readonly holdout: Holdout; readonly turn: Generation };
/** Somebody who was asked about, and the id they are named by. */
type AskedPerson = { readonly personId: string; readonly ref: IdentityRef };

/** The experiment that exposures of a turn name. */
export function experimentOf(holdout: string, generation: number): string {
  return `holdout:${holdout}:${generation}`;
}

/**
 * May these people get something? The one question of everything that acts on people; ask right before it would be given. At the first time of a turn a person is
 * put into a group by the hash, which is remembered and logged as an exposure in the same transaction; of joined people the earliest group holds. Ids nobody has,
 * and those of forgotten people, are left out of the answer, which is by id.
 */
export async function askHoldouts(deps: Deps, workspaceId: number, asked: ProgramAsked): Promise<ReadonlyMap<string, Decision>> {
  const rotate = (key: string): Promise<void> => rotateOne(deps, workspaceId, key);
  const { answers, toRemember } = await answer(deps, deps.db, workspaceId, { ...asked, rotate });
  if (toRemember.fresh.length > 0)
    await inTransaction(deps.db, async (tx) => appendWithin(tx, deps.privacy, await remember(tx, workspaceId, toRemember)));
  return answers;
}

/** What `askHoldouts` would answer: nobody is put into a group or logged, so that it may be asked out of curiosity. */
export async function peekHoldouts(deps: Deps, workspaceId: number, asked: ProgramAsked): Promise<ReadonlyMap<string, Decision>> {
  return (await answer(deps, deps.db, workspaceId, { ...asked, rotate: () => Promise.resolve() })).answers;
}

/** Answers, and the exposures that are to be appended as the last thing of the transaction. */
export type AskedIn = { readonly answers: ReadonlyMap<string, Decision>; readonly told: readonly FeedEvent[] };

/** The same within a transaction: groups are remembered, and exposures logged, exactly when it commits. */
export async function askHoldoutsIn(deps: Omit<Deps, "db">, tx: Tx, workspaceId: number, asked: ProgramAsked): Promise<AskedIn> {
  const rotate = (key: string): Promise<void> => rotateIn(deps, tx, workspaceId, key);
  const { answers, toRemember } = await answer(deps, tx, workspaceId, { ...asked, rotate });
  return { answers, told: toRemember.fresh.length === 0 ? [] : await remember(tx, workspaceId, toRemember) };
}

export type ProgramAsked = { readonly program: Program; readonly ids: readonly string[] };
type Answering = ProgramAsked & { readonly rotate: (key: string) => Promise<void> };
type Answered = { readonly answers: ReadonlyMap<string, Decision>; readonly toRemember: ToRemember };

async function answer(deps: Omit<Deps, "db">, sql: Db | Tx, workspaceId: number, { program, ids, rotate }: Answering): Promise<Answered> {
  const nowMs = deps.nowMs();
  const asking = await holdoutsFor(sql, workspaceId, { program, rotate, nowMs });
  const owned = await deps.people.idsOfPeople(sql, workspaceId, ids);
  const people = await namedPeople(deps, sql, workspaceId, owned);
  const remembered =
    asking.length === 0
      ? []
      : await loadGroupsIn(sql, workspaceId, {
          turns: asking.map(({ holdout, turn }) => ({ holdoutId: holdout.id, number: turn.number })),
          originIds: owned.map(({ originId }) => originId),
        });
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const known = earliestOf(remembered, personOf);
  const decided = new Map([...people.values()].map((person) => [person.personId, decide(asking, person, known)]));
  const answers = new Map(
    ids.flatMap((id) => {
      const decision = decided.get(personOf.get(id) ?? "")?.decision;
      return decision === undefined ? [] : [[id, decision] as const];
    }),
  );
  return { answers, toRemember: { fresh: inOneOrder([...decided.values()].flatMap((one) => one.fresh)), people, asking, nowMs } };
}

/** Running holdouts that have a say about a program, with their turns, in the order in which they are asked. */
async function holdoutsFor(
  sql: Db | Tx,
  workspaceId: number,
  { program, rotate, nowMs }: Pick<Answering, "program" | "rotate"> & { readonly nowMs: number },
): Promise<readonly Asking[]> {
  const running = (await loadRunning(sql, workspaceId)).filter(({ scope }) => covers(scope, program));
  for (const { key, rotatesAt } of running) if (rotatesAt !== null && rotatesAt.getTime() <= nowMs) await rotate(key);
  const turns = await loadGenerations(
    sql,
    workspaceId,
    running.map(({ id }) => id),
  );
  return running.toSorted(compareHoldouts).flatMap((holdout) => {
    const turn = generationAt(turns.get(holdout.id) ?? [], nowMs);
    return turn === undefined ? [] : [{ holdout, turn }];
  });
}

async function namedPeople(
  deps: Omit<Deps, "db">,
  sql: Db | Tx,
  workspaceId: number,
  owned: readonly { readonly originId: string; readonly personId: string }[],
): Promise<ReadonlyMap<string, AskedPerson>> {
  const personIds = [...new Set(owned.map(({ personId }) => personId))];
  const names = await deps.people.clearIdsIn(sql, workspaceId, personIds);
  return new Map(
    personIds.flatMap((personId) => {
      const ref = names.get(personId);
      return ref === undefined ? [] : [[personId, { personId, ref }] as const];
    }),
  );
}

type Decided = { readonly decision: Decision; readonly fresh: readonly Fresh[] };

type Known = ReadonlyMap<string, HoldoutGroup>;
const knownAs = (holdoutId: string, personId: string): string => `${holdoutId} ${personId}`;

/** The group of each person in each holdout whose turn was asked for: of joined people the earliest, which comes first. */
function earliestOf(remembered: readonly RememberedGroup[], personOf: ReadonlyMap<string, string>): Known {
  const known = new Map<string, HoldoutGroup>();
  for (const { holdoutId, originId, group } of remembered) {
    const place = knownAs(holdoutId, personOf.get(originId) ?? originId);
    if (!known.has(place)) known.set(place, group);
  }
  return known;
}

function decide(asking: readonly Asking[], { personId }: AskedPerson, groupsKnown: Known): Decided {
  const groups: Decision["groups"][number][] = [];
  const fresh: Fresh[] = [];
  for (const { holdout, turn } of asking) {
    const known = groupsKnown.get(knownAs(holdout.id, personId));
    const group = known ?? groupByHash(holdout.key, turn, personId);
    groups.push({ holdout: holdout.key, generation: turn.number, group });
    if (known === undefined) fresh.push({ holdoutId: holdout.id, number: turn.number, originId: personId, group });
    if (group === "held") return { decision: { may: false, heldBy: holdout.key, groups }, fresh };
  }
  return { decision: { may: true, heldBy: null, groups }, fresh };
}

type Fresh = Omit<RememberedGroup, "at">;

/** So that two transactions never wait for each other in a circle. */
function inOneOrder(fresh: readonly Fresh[]): readonly Fresh[] {
  const place = ({ holdoutId, number, originId }: Fresh): string => `${holdoutId} ${number} ${originId}`;
  return fresh.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

type ToRemember = {
  readonly fresh: readonly Fresh[];
  readonly people: ReadonlyMap<string, AskedPerson>;
  readonly asking: readonly Asking[];
  readonly nowMs: number;
};

/** Remembers groups that are new; answers the exposures to log. */
async function remember(tx: Tx, workspaceId: number, { fresh, people, asking, nowMs }: ToRemember): Promise<readonly FeedEvent[]> {
  const keys = new Map(asking.map(({ holdout }) => [holdout.id, holdout.key]));
  const groupOf = new Map(fresh.map((one) => [`${one.holdoutId} ${one.originId}`, one.group]));
  // What another question remembered meanwhile is in the same group, and was logged by it.
  const kept = await rememberGroups(tx, workspaceId, fresh, new Date(nowMs));
  return kept.flatMap(({ holdoutId, number, originId }) => {
    const ref = people.get(originId)?.ref;
    const key = keys.get(holdoutId);
    const group = groupOf.get(`${holdoutId} ${originId}`);
    if (ref === undefined || key === undefined || group === undefined) return [];
    const messageId = `holdout-${holdoutId}-${number}-${originId}`;
    return [exposure({ workspaceId, messageId, experiment: experimentOf(key, number), group, ref, nowMs })];
  });
}

type Exposed = {
  readonly workspaceId: number;
  readonly messageId: string;
  readonly experiment: string;
  readonly group: HoldoutGroup;
  readonly ref: IdentityRef;
  readonly nowMs: number;
};

function exposure({ workspaceId, messageId, experiment, group, ref, nowMs }: Exposed): FeedEvent {
  return toldEvent({
    workspaceId,
    id: ref,
    atMs: nowMs,
    messageId,
    name: EXPOSURE,
    properties: { experiment, variant: group, unit: "person", hash_version: HASH_VERSION },
  });
}
