import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { identityRank, type IdentityKind, type IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { compareOrigins } from "@terrace/domain/identity/person-order";
import { appendWithin } from "../../../platform/feed/append-within.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import { loadNamingIds, type NamingRow } from "./change.store.ts";
import type { Change } from "./evaluate-person.ts";
import type { LiveDeps } from "./live-deps.ts";

/** A change that is told, by the number of the stay that it began or ended. */
export type ToldChange = { readonly change: Change; readonly stayId: string };

/** Ids whose values are asked of the vault at once. */
const CLEAR_AT_ONCE = 500;

/** Puts an event on the spine for each change, in the transaction that makes it. Lanes are locked from here to its end. */
export async function tellChanges(
  deps: LiveDeps,
  tx: Tx,
  { workspaceId, told, atMs }: { readonly workspaceId: number; readonly told: readonly ToldChange[]; readonly atMs: number },
): Promise<void> {
  if (told.length === 0) return;
  const names = await namesOf(deps, tx, workspaceId, [...new Set(told.map(({ change }) => change.personId))]);
  const events = told.flatMap(({ change, stayId }): readonly FeedEvent[] => {
    const id = names.get(change.personId);
    // Nobody can be told of who was forgotten meanwhile.
    return id === undefined ? [] : [eventOf(workspaceId, { change, stayId, id, atMs })];
  });
  await appendWithin(tx, deps.privacy, events);
}

type Telling = ToldChange & { readonly id: IdentityRef; readonly atMs: number };

function eventOf(workspaceId: number, { change, stayId, id, atMs }: Telling): FeedEvent {
  const { rule, what, why } = change;
  return {
    workspaceId,
    messageId: `segment-${rule.id}-${stayId}-${what}`,
    source: "terrace",
    name: what === "enter" ? SEGMENT_ENTERED : SEGMENT_LEFT,
    timeMs: atMs,
    receivedAtMs: atMs,
    ids: [id],
    link: "observed",
    properties: { segment: rule.id, name: rule.name, why },
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
  };
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
