import { generationAt, groupByHash, type Generation } from "@terrace/domain/holdouts/generation";
import { compareHoldouts, covers, type HoldoutGroup, type Program } from "@terrace/domain/holdouts/holdout";
import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { toldEvent } from "@terrace/domain/event/told-event";
import { HASH_VERSION } from "@terrace/domain/assignment/bucket";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { appendWithin } from "../../platform/feed/append-within.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { loadGroupsIn, rememberGroups, type RememberedGroup } from "./group.store.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { loadGenerations, loadHoldouts, type Holdout } from "./holdout.store.ts";
import { rotateOne } from "./turns.ts";

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
export async function askHoldouts(
  deps: Deps,
  workspaceId: number,
  { program, ids }: { readonly program: Program; readonly ids: readonly string[] },
): Promise<ReadonlyMap<string, Decision>> {
  const nowMs = deps.nowMs();
  const asking = await holdoutsFor(deps, workspaceId, program, nowMs);
  const owned = await deps.people.idsOfPeople(deps.db, workspaceId, ids);
  const people = await namedPeople(deps, workspaceId, owned);
  const remembered =
    asking.length === 0
      ? []
      : await loadGroupsIn(deps.db, workspaceId, {
          turns: asking.map(({ holdout, turn }) => ({ holdoutId: holdout.id, number: turn.number })),
          originIds: owned.map(({ originId }) => originId),
        });
  const personOf = new Map(owned.map(({ originId, personId }) => [originId, personId]));
  const known = earliestOf(remembered, personOf);
  const decided = new Map([...people.values()].map((person) => [person.personId, decide(asking, person, known)]));
  await remember(deps, workspaceId, { decided, people, asking, nowMs });
  return new Map(
    ids.flatMap((id) => {
      const decision = decided.get(personOf.get(id) ?? "")?.decision;
      return decision === undefined ? [] : [[id, decision] as const];
    }),
  );
}

/** Running holdouts that have a say about a program, with their turns, in the order in which they are asked. */
async function holdoutsFor(deps: Deps, workspaceId: number, program: Program, nowMs: number): Promise<readonly Asking[]> {
  const running = (await loadHoldouts(deps.db, workspaceId)).filter(({ endedAt, scope }) => endedAt === null && covers(scope, program));
  for (const { key, rotatesAt } of running) if (rotatesAt !== null && rotatesAt.getTime() <= nowMs) await rotateOne(deps, workspaceId, key);
  const turns = await loadGenerations(
    deps.db,
    workspaceId,
    running.map(({ id }) => id),
  );
  return running.toSorted(compareHoldouts).flatMap((holdout) => {
    const turn = generationAt(turns.get(holdout.id) ?? [], nowMs);
    return turn === undefined ? [] : [{ holdout, turn }];
  });
}

async function namedPeople(
  deps: Deps,
  workspaceId: number,
  owned: readonly { readonly originId: string; readonly personId: string }[],
): Promise<ReadonlyMap<string, AskedPerson>> {
  const personIds = [...new Set(owned.map(({ personId }) => personId))];
  const names = await deps.people.clearIds(workspaceId, personIds);
  return new Map(
    personIds.flatMap((personId) => {
      const ref = names.get(personId);
      return ref === undefined ? [] : [[personId, { personId, ref }] as const];
    }),
  );
}

type Decided = { readonly decision: Decision; readonly fresh: readonly Omit<RememberedGroup, "at">[] };

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
  const fresh: Omit<RememberedGroup, "at">[] = [];
  for (const { holdout, turn } of asking) {
    const known = groupsKnown.get(knownAs(holdout.id, personId));
    const group = known ?? groupByHash(holdout.key, turn, personId);
    groups.push({ holdout: holdout.key, generation: turn.number, group });
    if (known === undefined) fresh.push({ holdoutId: holdout.id, number: turn.number, originId: personId, group });
    if (group === "held") return { decision: { may: false, heldBy: holdout.key, groups }, fresh };
  }
  return { decision: { may: true, heldBy: null, groups }, fresh };
}

type ToRemember = {
  readonly decided: ReadonlyMap<string, Decided>;
  readonly people: ReadonlyMap<string, AskedPerson>;
  readonly asking: readonly Asking[];
  readonly nowMs: number;
};

async function remember(deps: Deps, workspaceId: number, { decided, people, asking, nowMs }: ToRemember): Promise<void> {
  const fresh = [...decided.values()].flatMap((one) => one.fresh);
  if (fresh.length === 0) return;
  const keys = new Map(asking.map(({ holdout }) => [holdout.id, holdout.key]));
  const groupOf = new Map(fresh.map((one) => [`${one.holdoutId} ${one.originId}`, one.group]));
  await inTransaction(deps.db, async (tx) => {
    // What another question remembered meanwhile is in the same group, and was logged by it.
    const kept = await rememberGroups(tx, workspaceId, fresh, new Date(nowMs));
    const events = kept.flatMap(({ holdoutId, number, originId }) => {
      const ref = people.get(originId)?.ref;
      const key = keys.get(holdoutId);
      const group = groupOf.get(`${holdoutId} ${originId}`);
      if (ref === undefined || key === undefined || group === undefined) return [];
      return [
        exposure({
          workspaceId,
          messageId: `holdout-${holdoutId}-${number}-${originId}`,
          experiment: experimentOf(key, number),
          group,
          ref,
          nowMs,
        }),
      ];
    });
    await appendWithin(tx, deps.privacy, events);
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
