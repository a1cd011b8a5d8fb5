import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { CLASS_CHANGED, SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { toldEvent } from "@terrace/domain/event/told-event";
import { identityRank, type IdentityKind, type IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { appendWithin } from "../../../platform/feed/append-within.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { drawNumbers } from "../classes/class-values.store.ts";
import type { ClassChange, Resorted } from "../classes/sort-people.ts";
import { loadNamingIds, type NamingRow } from "./change.store.ts";
import type { Change } from "./evaluate-person.ts";
import type { LiveDeps } from "./live-deps.ts";

/** A change that is told, by the number of the stay that it began or ended. */
export type ToldChange = { readonly change: Change; readonly stayId: string };

type Told = {
  readonly workspaceId: number;
  readonly told: readonly ToldChange[];
  /** People with other values of classes. */
  readonly sorted: readonly Resorted[];
  readonly atMs: number;
};

/** Ids whose values are asked of the vault at once. */
const CLEAR_AT_ONCE = 500;

/** Puts an event on the spine for each change, in the transaction that makes it. Lanes are locked from here to its end. */
export async function tellChanges(deps: LiveDeps, tx: Tx, { workspaceId, told, sorted, atMs }: Told): Promise<void> {
  const moves = sorted.flatMap((person) => person.told.map((change) => ({ person, change })));
  if (told.length === 0 && moves.length === 0) return;
  const people = [...told.map(({ change }) => change.personId), ...moves.map(({ person }) => person.personId)];
  const names = await namesOf(deps, tx, workspaceId, [...new Set(people)]);
  const drawn = await drawNumbers(tx, moves.length);
  const moved = moves.flatMap(({ person, change }, index): readonly FeedEvent[] => {
    const id = names.get(person.personId);
    return id === undefined ? [] : [moveEvent(workspaceId, { person, change, id, number: drawn[index] ?? "", atMs })];
  });
  const events = told.flatMap(({ change, stayId }): readonly FeedEvent[] => {
    const id = names.get(change.personId);
    // Nobody can be told of who was forgotten meanwhile.
    return id === undefined ? [] : [eventOf(workspaceId, { change, stayId, id, atMs })];
  });
  await appendWithin(tx, deps.privacy, [...events, ...moved]);
}

type Telling = ToldChange & { readonly id: IdentityRef; readonly atMs: number };

function eventOf(workspaceId: number, { change, stayId, id, atMs }: Telling): FeedEvent {
  const { rule, what, why } = change;
  return toldEvent({
    workspaceId,
    id,
    atMs,
    messageId: `segment-${rule.id}-${stayId}-${what}`,
    name: what === "enter" ? SEGMENT_ENTERED : SEGMENT_LEFT,
    properties: { segment: rule.id, name: rule.name, why },
  });
}

type Moving = {
  readonly person: Resorted;
  readonly change: ClassChange;
  readonly id: IdentityRef;
  readonly number: string;
  readonly atMs: number;
};

function moveEvent(workspaceId: number, { person, change: { of, from, to }, id, number, atMs }: Moving): FeedEvent {
  return toldEvent({
    workspaceId,
    id,
    atMs,
    messageId: `class-${of.id}-${number}`,
    name: CLASS_CHANGED,
    properties: { class: of.key, ...(from === null ? {} : { from }), ...(to === null ? {} : { to }), why: person.why },
  });
}

/** An id for each person: the strongest that needs no vault, else the strongest. */
async function namesOf(
  deps: LiveDeps,
  tx: Tx,
  workspaceId: number,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, IdentityRef>> {
  const byPerson = Map.groupBy(await loadNamingIds(tx, workspaceId, personIds), ({ personId }) => personId);
  const best = [...byPerson].flatMap(([personId, own]) => {
    const [first] = own.toSorted(compareNaming);
    return first === undefined ? [] : [{ ...first, personId }];
  });
  const sealed = best.filter((row) => row.class !== "").map(({ originId }) => originId);
  const clear = new Map<string, IdentityRef>();
  for (let from = 0; from < sealed.length; from += CLEAR_AT_ONCE)
    for (const [origin, ref] of await deps.clearIds(workspaceId, sealed.slice(from, from + CLEAR_AT_ONCE))) clear.set(origin, ref);
  return new Map(
    best.flatMap(({ personId, originId, kind, value, class: personalClass }) => {
      // Kinds are checked where events come in.
      const ref = personalClass === "" ? { kind: kind as IdentityKind, value } : clear.get(originId);
      return ref === undefined ? [] : [[personId, ref] as const];
    }),
  );
}

function compareNaming(a: NamingRow, b: NamingRow): number {
  const byClass = Number(a.class !== "") - Number(b.class !== "");
  if (byClass !== 0) return byClass;
  const byKind = identityRank(a.kind as IdentityKind) - identityRank(b.kind as IdentityKind);
  return byKind === 0 ? compareOrigins(a.originId, b.originId) : byKind;
}
