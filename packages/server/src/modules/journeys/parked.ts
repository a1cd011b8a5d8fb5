import { FaultError, Unavailable } from "../../platform/http/fault-error.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { JourneyDeps } from "./journey-deps.ts";
import { saveParked, type Parked } from "./parked.store.ts";

/**
 * Does work for all of some things, or, when it fails, for all but those that make it fail: halves them until each of these stands alone. What an engine fails with
 * is nobody's fault and is thrown.
 */
export async function eachOrHalved<I, T>(
  tx: Tx,
  items: readonly I[],
  work: (inner: Tx, some: readonly I[]) => Promise<T>,
  failed: (tx: Tx, one: I, error: unknown) => Promise<void>,
): Promise<readonly T[]> {
  const [only] = items;
  if (only === undefined) return [];
  try {
    return [await savepoint(tx, (inner) => work(inner, items))];
  } catch (error) {
    if (isOfEngine(error)) throw error;
    if (items.length > 1) {
      const middle = Math.ceil(items.length / 2);
      const left = await eachOrHalved(tx, items.slice(0, middle), work, failed);
      return [...left, ...(await eachOrHalved(tx, items.slice(middle), work, failed))];
    }
    await failed(tx, only, error);
    return [];
  }
}

async function savepoint<T>(tx: Tx, work: (inner: Tx) => Promise<T>): Promise<T> {
  // As with `begin`, the declared type unwraps promise arrays; `work` answers one value.
  return (await tx.savepoint(work)) as T;
}

/** Whether an engine failed, and not what it was asked to do: its connection, its means (SQLSTATE 40, 53, 55, 57, 58), or an answer that does not come. */
function isOfEngine(error: unknown): boolean {
  if (error instanceof Unavailable) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^(CONNECT|E[A-Z]+$)/.test(code) || /^(08|40|53|55|57|58)...$/.test(code);
}

/** What a fault is called, without what it says of anybody. */
export function faultName(error: unknown): string {
  if (error instanceof FaultError) return error.code;
  if (!(error instanceof Error)) return "unknown";
  return "code" in error ? `${error.name} ${String(error.code)}` : error.name;
}

/** Puts off people whose step failed by itself, each time for twice as long, and tells of it. */
export async function park(deps: Pick<JourneyDeps, "log" | "nowMs">, tx: Tx, parked: readonly Parked[], fault: string): Promise<void> {
  const [first] = parked;
  if (first === undefined) return;
  await saveParked(tx, parked, { fault, nowMs: deps.nowMs() });
  deps.log.warn(
    { people: parked.length, journey: first.journeyId, enrolment: first.id, fault },
    "steps in a journey failed; they are tried again",
  );
}
