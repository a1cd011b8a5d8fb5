import { troubleOf } from "../../platform/http/dependency-fault.ts";
import type { MessageDeps } from "./messages-deps.ts";

const BATCH_FIRST = 500;
const WAIT_FIRST_MS = 500;
const WAIT_MAX_MS = 60_000;

type Trouble = { readonly failures: number; readonly most: number; readonly untilMs: number };

/** Keeps what fails in one place from stopping the others. */
export type Troubles = {
  /**
   * Does the work of a place unless it failed a moment ago; answers how much was done. After a failure it does so with half as many at once, down to one;
   * when even one fails for another reason than an engine that is away, `passOver` is asked to put that one off.
   */
  readonly within: (place: string, work: (most: number) => Promise<number>, passOver?: () => Promise<void>) => Promise<number>;
};

export function createTroubles({ nowMs, log }: Pick<MessageDeps, "nowMs" | "log">): Troubles {
  const troubles = new Map<string, Trouble>();
  const passedOver = async (place: string, passOver: (() => Promise<void>) | undefined): Promise<void> => {
    await passOver?.().catch((error: unknown) => log.error({ err: error, place }, "a message could not be put off"));
  };
  return {
    within: async (place, work, passOver) => {
      const known = troubles.get(place);
      if (known !== undefined && nowMs() < known.untilMs) return 0;
      const most = known?.most ?? BATCH_FIRST;
      try {
        const done = await work(most);
        if (most * 2 > BATCH_FIRST) troubles.delete(place);
        else troubles.set(place, { failures: 0, most: most * 2, untilMs: 0 });
        return done;
      } catch (error) {
        const away = troubleOf(error) === "unavailable";
        const failures = (known?.failures ?? 0) + 1;
        log.error({ err: error, place, failures, most }, "nothing could be done about the messages of a place; it is tried again");
        if (!away && most === 1) await passedOver(place, passOver);
        troubles.set(place, { failures, most: away ? most : Math.max(1, Math.floor(most / 2)), untilMs: nowMs() + waitAfter(failures) });
        return 0;
      }
    },
  };
}

function waitAfter(failures: number): number {
  return Math.min(WAIT_MAX_MS, WAIT_FIRST_MS * 2 ** (failures - 1));
}
