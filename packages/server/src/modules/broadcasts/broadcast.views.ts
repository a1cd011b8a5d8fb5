import type { BroadcastDetail, BroadcastFigures, BroadcastRow as BroadcastView } from "@terrace/contract/api/broadcasts";
import { testedPeople } from "@terrace/domain/broadcasts/test-winner";
import { MESSAGE_STATES } from "@terrace/domain/messages/message";
import { notFound } from "./broadcast.commands.ts";
import type { BroadcastDeps } from "./broadcast-deps.ts";
import { findBroadcast, loadDefinition, type BroadcastRow } from "./broadcast.store.ts";
import { loadReach } from "./reach.views.ts";

/** A broadcast as lists show it; instants in ISO. */
export function viewRow(row: BroadcastRow, nowMs: number): BroadcastView {
  const { id, name, state, edition, createdAt, createdBy, approvedBy, beginsMs, beganMs, endedMs, nextMs, audience, asked } = row;
  return {
    id,
    name,
    state,
    edition,
    createdAt: createdAt.toISOString(),
    createdBy,
    approvedBy,
    beginsAt: iso(beginsMs),
    beganAt: iso(beganMs),
    endedAt: iso(endedMs),
    audience,
    asked,
    // What it is looked after by the second is not waiting.
    waitsUntil: state === "running" && nextMs !== null && nextMs > nowMs + WAITING_MS ? iso(nextMs) : null,
  };
}

const WAITING_MS = 5_000;

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** Throws `broadcast.not_found`. */
export async function viewBroadcast(deps: BroadcastDeps, workspaceId: number, id: string): Promise<BroadcastDetail> {
  const row = await findBroadcast(deps.db, workspaceId, id);
  if (row === undefined) throw notFound();
  const definition = await loadDefinition(deps.db, deps.privacy, row);
  const { winner: key, chosenBy, winnerCounts } = row;
  return {
    ...viewRow(row, deps.nowMs()),
    definition: { ...definition, tags: [...definition.tags], variants: [...definition.variants], window: windowOf(definition) },
    tested: testedPeople(definition, row.audience ?? 0),
    winner: key === null ? null : { key, chosenBy, counts: [...(winnerCounts ?? [])] },
  };
}

function windowOf({ window }: Awaited<ReturnType<typeof loadDefinition>>) {
  return window === null ? null : { ...window, weekdays: [...window.weekdays] };
}

/** Throws `broadcast.not_found`. */
export async function viewFigures(deps: BroadcastDeps, workspaceId: number, id: string): Promise<BroadcastFigures> {
  const row = await findBroadcast(deps.db, workspaceId, id);
  if (row === undefined) throw notFound();
  const [counts, reach] = await Promise.all([
    deps.messages.counts(deps.db, workspaceId, { kind: "broadcast", id }),
    loadReach(deps.warehouse, row),
  ]);
  return {
    states: counts.flatMap(({ part, state, reason, messages }) => {
      const known = MESSAGE_STATES.find((one) => one === state);
      return known === undefined ? [] : [{ variant: part, state: known, reason, messages }];
    }),
    done: [...reach].map(([variant, of]) => ({ variant, ...of })),
  };
}
