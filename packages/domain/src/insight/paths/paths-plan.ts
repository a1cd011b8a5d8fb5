import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import { queryFault } from "../query-fault.ts";
import type { Period } from "../time/calendar.ts";

/** What a path goes through: names of events, or paths of pages (then only events that have one count). */
export const PATH_NODES = ["event", "page"] as const;
export type PathNode = (typeof PATH_NODES)[number];

/** Paths that can be counted; see `pathSteps` for what is counted. Times in ms. */
export type PathsPlan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly node: PathNode;
  /** The events that count; undefined: all of them. */
  readonly events: readonly EventSelector[] | undefined;
  readonly gapMs: number;
  readonly stepsMax: number;
  readonly startAt: string | undefined;
  readonly endAt: string | undefined;
  readonly collapseRepeats: boolean;
};

export type AskedPaths = {
  readonly node: PathNode;
  readonly events?: readonly EventSelector[] | undefined;
  readonly sessionGapSeconds: number;
  readonly maxSteps: number;
  readonly startAt?: string | undefined;
  readonly endAt?: string | undefined;
  readonly collapseRepeats: boolean;
};

/** The plan of paths within a period. Faults: `insight.query_invalid`. */
export function readPaths(asked: AskedPaths, period: Period): Result<PathsPlan> {
  if (asked.startAt !== undefined && asked.startAt === asked.endAt)
    return queryFault("endAt", "Let paths end at another node than they start at");
  return ok({
    ...period,
    node: asked.node,
    events: asked.events,
    gapMs: asked.sessionGapSeconds * 1_000,
    stepsMax: asked.maxSteps,
    startAt: asked.startAt,
    endAt: asked.endAt,
    collapseRepeats: asked.collapseRepeats,
  });
}
