import { addToState, type CounterState } from "@terrace/domain/segments/counter";
import { inTransaction, type Tx } from "../../../platform/storage/postgres.ts";
import { isRefusal } from "../../../platform/storage/refusal.ts";
import { knownOrigins, loadStates, saveStates } from "./counter.store.ts";
import { noteComputedFailed } from "../computed/computed.store.ts";
import { keepingOf } from "./count-events.ts";
import { loadEngine, lockEngine, lookUpOneByOne } from "./engine.store.ts";
import { readFill, statesOf, type FilledRow } from "./fill.views.ts";
import type { LiveDeps } from "./live-deps.ts";
import type { Plans } from "./live-plan.ts";
import { retrack } from "./retrack.ts";
import { loadFills, passFills, type Fill } from "./tracker.store.ts";

/** Ids of one transaction: the counting of events waits for it. */
const IDS_PER_PAGE = 1_000;

type Filling = { readonly deps: LiveDeps; readonly plans: Plans; readonly workspaceId: number };

/** Fills the counters of new trackers from the event engine; false when none waits, or their events are still on their way. */
export async function stepFill(deps: LiveDeps, plans: Plans, workspaceId: number, signal: AbortSignal): Promise<boolean> {
  const filling = { deps, plans, workspaceId };
  const fills = await loadFills(deps.db, workspaceId);
  if (fills.length === 0) return false;
  const passed = await fillPages(filling, fills, signal);
  if (passed !== undefined) await inTransaction(deps.db, (tx) => finish(filling, tx, fills, passed));
  return true;
}

/** Adds page after page; answers the id that was reached when there are no more, undefined when somebody else goes on with it. */
async function fillPages({ deps, plans, workspaceId }: Filling, from: readonly Fill[], signal: AbortSignal): Promise<string | undefined> {
  const fillOf = new Map(from.map((fill) => [fill.id, fill]));
  const plan = await inTransaction(deps.db, async (tx) => {
    const engine = await loadEngine(tx, workspaceId);
    return engine === undefined ? undefined : plans.of(tx, workspaceId, engine.version);
  });
  const trackers = (plan?.trackers ?? []).flatMap(({ id, tracker, fillId }) => {
    const fill = fillOf.get(fillId ?? "");
    return fill === undefined ? [] : [{ id, tracker, ends: fill.ends }];
  });
  let passed = from[0]?.passed ?? "0";
  if (trackers.length === 0) return passed;
  const reading = new AbortController();
  const asked = { workspaceId, trackers, after: passed, nowMs: deps.nowMs() };
  const rows = readFill(deps.warehouse, asked, AbortSignal.any([signal, reading.signal]));
  try {
    for await (const page of inPages(rows, IDS_PER_PAGE)) {
      const to = page.at(-1)?.origin ?? passed;
      const fills = from.map(({ id }) => ({ id, passed }));
      await inTransaction(deps.db, (tx) => addPage({ deps, plans, workspaceId }, tx, { fills, page, to }));
      passed = to;
    }
    return passed;
  } catch (error) {
    if (error instanceof Overtaken) return undefined;
    // It is asked again; meanwhile it is said that what is being made does not come on.
    if (isRefusal(error, signal)) await noteComputedFailed(deps.db, workspaceId, new Date(deps.nowMs()));
    throw error;
  } finally {
    reading.abort();
  }
}

/** Fills are not where they were thought to be: somebody else goes on with them, or their trackers are not asked for any more. */
class Overtaken extends Error {}

type Page = { readonly fills: readonly Pick<Fill, "id" | "passed">[]; readonly page: readonly FilledRow[]; readonly to: string };

async function addPage({ deps, plans, workspaceId }: Filling, tx: Tx, { fills, page, to }: Page): Promise<void> {
  // Whoever counts events of these ids waits, or is waited for: both read what is there, add, and write.
  if (!(await lockEngine(tx, workspaceId)) || !(await passFills(tx, workspaceId, fills, to))) throw new Overtaken();
  const engine = await loadEngine(tx, workspaceId);
  if (engine === undefined) throw new Overtaken();
  await lookUpOneByOne(tx);
  // Trackers may have come since the page was read; theirs are kept.
  const plan = await plans.of(tx, workspaceId, engine.version);
  const keeping = keepingOf(plan.trackers, deps.nowMs());
  const ids = page.map(({ origin }) => origin);
  // Of the erased, and of copies that stand for them, nothing is kept.
  const known = await knownOrigins(tx, workspaceId, ids);
  const stored = await loadStates(tx, workspaceId, ids);
  const states = new Map<string, CounterState>();
  for (const { origin, counts } of page)
    if (known.has(origin)) states.set(origin, addToState(stored.get(origin) ?? {}, statesOf(counts, plan.trackers), keeping));
  await saveStates(tx, workspaceId, states, stored);
}

/** Their trackers count now; rules that waited for them settle. */
async function finish({ deps, workspaceId }: Filling, tx: Tx, fills: readonly Fill[], passed: string): Promise<void> {
  const engine = await loadEngine(tx, workspaceId);
  const at = new Map((await loadFills(tx, workspaceId)).map((fill) => [fill.id, fill.passed]));
  const filled = fills.map(({ id }) => id).filter((id) => at.get(id) === passed);
  if (engine !== undefined && filled.length > 0) await retrack(deps, tx, workspaceId, { place: engine.place, filled });
}

async function* inPages(rows: AsyncIterable<readonly FilledRow[]>, size: number): AsyncGenerator<readonly FilledRow[]> {
  let waiting: FilledRow[] = [];
  for await (const part of rows) {
    waiting.push(...part);
    for (; waiting.length >= size; waiting = waiting.slice(size)) yield waiting.slice(0, size);
  }
  if (waiting.length > 0) yield waiting;
}
