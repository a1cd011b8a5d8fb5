import { loadDataGeneration } from "../../platform/storage/data-generation.store.ts";
import { createAnswerCache, holdsUntil, questionKey, type Kept } from "./answer-cache.ts";
import type { AnyAnswer, Wanted } from "./any-answer.ts";
import type { AnalysisDeps } from "./time/asking.ts";

type Question = { readonly workspaceId: number; readonly parts: readonly unknown[]; readonly signal: AbortSignal };
type Reckon = (signal: AbortSignal) => Promise<AnyAnswer>;
type Found = { readonly kept: AnyAnswer; readonly isCached: boolean; readonly isStale: boolean };

/**
 * Answers the same question once for all who ask it at the same time, and again without asking the engine as long as the data of the workspace are the same.
 * An older answer is given only to whoever said how old it may be, and says that it is stale.
 */
export type AnswerKeeper = {
  readonly answer: (question: Question, wanted: Wanted, reckon: Reckon) => Promise<Found>;
  readonly forget: (workspaces: ReadonlySet<number>) => void;
};

/** All answers kept by this process, as JSON. */
const BYTES_MAX = 64_000_000;

/** Whoever waits for the answer to one question; the query ends when all of them are gone. */
type Flight = { readonly answer: Promise<AnyAnswer>; waiting: number; readonly control: AbortController };

export function createAnswerKeeper({ db, nowMs }: Pick<AnalysisDeps, "db" | "nowMs">): AnswerKeeper {
  const cache = createAnswerCache<AnyAnswer>(BYTES_MAX);
  const flights = new Map<string, Flight>();

  const reckonOnce = (key: string, generation: string, reckon: Reckon): Flight => {
    const flightKey = `${key} ${generation}`;
    const known = flights.get(flightKey);
    if (known !== undefined && !known.control.signal.aborted) return known;
    const control = new AbortController();
    const startedMs = nowMs();
    const run = async (): Promise<AnyAnswer> => {
      try {
        const answer = await reckon(control.signal);
        // What the answer lacks came in after its generation was read, so a newer generation tells of it.
        const kept: Kept<AnyAnswer> = { answer, asOfMs: startedMs, generation, untilMs: holdsUntil(startedMs) };
        cache.keep(key, kept, JSON.stringify(answer).length);
        return answer;
      } finally {
        if (flights.get(flightKey)?.control === control) flights.delete(flightKey);
      }
    };
    const flight: Flight = { answer: run(), waiting: 0, control };
    // Whoever waits hears of a failure; nobody may be waiting any more.
    flight.answer.catch(() => undefined);
    flights.set(flightKey, flight);
    return flight;
  };

  return {
    answer: async ({ workspaceId, parts, signal }, { fresh = false, maxStaleSeconds = 0 }, reckon) => {
      signal.throwIfAborted();
      const key = questionKey(workspaceId, parts);
      const generation = await loadDataGeneration(db, workspaceId);
      const kept = fresh ? undefined : cache.get(key);
      if (kept?.generation === generation && nowMs() < kept.untilMs) return { kept: kept.answer, isCached: true, isStale: false };
      const isBearable = kept !== undefined && nowMs() - kept.asOfMs < maxStaleSeconds * 1_000;
      const flight = reckonOnce(key, generation, reckon);
      // The next one to ask finds the new answer.
      if (isBearable) {
        flight.waiting += 1;
        return { kept: kept.answer, isCached: true, isStale: true };
      }
      return { kept: await waitFor(flight, signal), isCached: false, isStale: false };
    },
    forget: cache.forget,
  };
}

async function waitFor(flight: Flight, signal: AbortSignal): Promise<AnyAnswer> {
  flight.waiting += 1;
  const gone = Promise.withResolvers<never>();
  const leave = (): void => {
    flight.waiting -= 1;
    if (flight.waiting === 0) flight.control.abort(signal.reason);
    gone.reject(signal.reason);
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([flight.answer, gone.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
