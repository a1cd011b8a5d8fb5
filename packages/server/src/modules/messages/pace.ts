import type { Tx } from "../../platform/storage/postgres.ts";
import type { Provider } from "./messages-deps.ts";
import { lockPace, roomOf, savePace } from "./progress.store.ts";

/** What a provider takes by its rate is planned so far ahead. */
export const PACE_AHEAD_MS = 1_000;

export type Slots = { readonly provider: Pick<Provider, "id" | "ratePerSecond">; readonly wanted: number; readonly nowMs: number };

/** When the next messages are handed over: as many as a provider takes soon, at most as many as there are. */
export async function takeSlots(tx: Tx, workspaceId: number, { provider, wanted, nowMs }: Slots): Promise<readonly number[]> {
  const { id, ratePerSecond: rate } = provider;
  if (rate === null) return Array.from({ length: wanted }, () => nowMs);
  const nextMs = await lockPace(tx, workspaceId, id, new Date(nowMs));
  const count = Math.min(wanted, roomOf(nextMs, nowMs, nowMs + PACE_AHEAD_MS, rate));
  const slotAt = (place: number): number => nextMs + (place * 1_000) / rate;
  await savePace(tx, workspaceId, id, new Date(Math.ceil(slotAt(count))));
  return Array.from({ length: count }, (_, place) => slotAt(place));
}
