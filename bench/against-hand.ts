import { treeCpu } from "./process-tree.ts";

/** The least time by the clock, and the least that the engine's process spent: the latter hardly depends on what else the machine does. */
export type Noted = { ms: number; cpuMs: number };

export function newNoted(): Noted {
  return { ms: Infinity, cpuMs: Infinity };
}

/** Does a piece of work and keeps its times where they are the least so far. */
export async function timed<T>(noted: Noted, work: () => Promise<T>): Promise<T> {
  const cpuBefore = treeCpu(process.pid).clickhouse;
  const startedMs = performance.now();
  const result = await work();
  noted.ms = Math.min(noted.ms, performance.now() - startedMs);
  noted.cpuMs = Math.min(noted.cpuMs, (treeCpu(process.pid).clickhouse - cpuBefore) * 1_000);
  return result;
}

export const AGAINST_HAND_HEAD = "ms | by hand ms | ratio | CPU ms | by hand CPU ms | ratio";

/** Ours beside what was written by hand, as cells of a row under `AGAINST_HAND_HEAD`. */
export function againstHand(own: Noted, hand: Noted): string {
  return (["ms", "cpuMs"] as const)
    .map((of) => `${own[of].toFixed(0)} | ${hand[of].toFixed(0)} | ${(own[of] / hand[of]).toFixed(2)}`)
    .join(" | ");
}

/** Stops a bench whose two sides do not come to the same: their times could not be compared. */
export function requireSame(name: string, own: unknown, hand: unknown): void {
  const [told, counted] = [JSON.stringify(own), JSON.stringify(hand)];
  if (told !== counted) throw new Error(`${name}: ${told.slice(0, 300)} is not ${counted.slice(0, 300)}`);
}
