import { setTimeout as sleep } from "node:timers/promises";
import type { TestTerrace } from "@terrace/testkit/terrace";

/** How many events there are of a kind, and of how many people. */
export type Happened = { readonly events: number; readonly people: number };

/** A Terrace that is killed and begins again with its data, and what is asked of it meanwhile. */
export type MortalTerrace = {
  /** The one that lives now. */
  readonly now: () => TestTerrace;
  readonly killAndStart: () => Promise<void>;
  /** Kills it at odd moments until `stopped`, so many times at the most; tells how often. */
  readonly killNowAndThen: (most: number, stopped: () => boolean) => Promise<number>;
  /** Sends the same again until it is taken: the process may be dead. */
  readonly sendSurely: (batch: readonly unknown[]) => Promise<void>;
  readonly happened: (event: object) => Promise<Happened>;
};

/** Starts one; `start` starts the same again after each death. */
export async function startMortal(start: () => Promise<TestTerrace>): Promise<MortalTerrace> {
  let terrace = await start();
  const killAndStart = async (): Promise<void> => {
    await terrace.kill();
    terrace = await start();
  };
  return {
    now: () => terrace,
    killAndStart,
    killNowAndThen: async (most, stopped) => {
      let kills = 0;
      while (kills < most && !stopped()) {
        await sleep(650 + 381 * kills);
        await killAndStart();
        kills += 1;
      }
      return kills;
    },
    sendSurely: async (batch) => {
      for (;;) {
        try {
          await terrace.send(batch);
          return;
        } catch {
          await sleep(100);
        }
      }
    },
    happened: async (event) => {
      const { lines } = await terrace.api<{ lines: readonly { readonly total: number | null }[] }>("/insight/trends", {
        body: {
          period: { last: 3, unit: "day" },
          series: [
            { event, measure: { kind: "events" } },
            { event, measure: { kind: "people" } },
          ],
        },
      });
      return { events: lines[0]?.total ?? 0, people: lines[1]?.total ?? 0 };
    },
  };
}
