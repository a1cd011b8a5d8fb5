import type { VirtualEvent } from "../event/virtual-event.ts";
import type { Count, DidLeaf, DidTimesLeaf, Within } from "./condition.ts";
import { selectsEvent, type EventFacts } from "./matches-event.ts";
import { compares, measureHolds } from "./measure.ts";
import { isDuring, spanOf, type Span } from "./within.ts";

/** When and where a condition on a person is asked. */
export type AskedAt = { readonly nowMs: number; readonly zone: string; readonly virtuals: readonly VirtualEvent[] };

/** Whether someone with these events did what the leaf says. */
export function didHolds(leaf: DidLeaf, events: readonly EventFacts[], at: AskedAt): boolean {
  const did = events.filter((event) => selectsEvent(leaf.did, event, at.virtuals));
  if ("first" in leaf) return isIn(earliest(did), leaf.first, at);
  if ("last" in leaf) return isIn(latest(did), leaf.last, at);
  const span = leaf.within === undefined ? EVER : spanOf(leaf.within, at.nowMs, at.zone);
  const inTime = did.filter(({ timeMs }) => isDuring(timeMs, span));
  if ("measure" in leaf) return measureHolds(leaf.measure, leaf.is, inTime, at.zone);
  const count = countOf(leaf);
  return compares(count, inTime.length, count.value);
}

/** How often: at least once where nothing is said. */
export function countOf({ count }: DidTimesLeaf): Count {
  return count ?? { op: "gte", value: 1 };
}

const EVER: Span = { fromMs: -Infinity, toMs: Infinity };

function isIn(timeMs: number | undefined, within: Within, { nowMs, zone }: AskedAt): boolean {
  return timeMs !== undefined && isDuring(timeMs, spanOf(within, nowMs, zone));
}

function earliest(events: readonly EventFacts[]): number | undefined {
  return events.reduce<number | undefined>((kept, { timeMs }) => (kept === undefined || timeMs < kept ? timeMs : kept), undefined);
}

function latest(events: readonly EventFacts[]): number | undefined {
  return events.reduce<number | undefined>((kept, { timeMs }) => (kept === undefined || timeMs > kept ? timeMs : kept), undefined);
}
