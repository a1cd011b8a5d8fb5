import type { EventSelector } from "../../conditions/condition.ts";
import { ok, type Result } from "../../result.ts";
import type { FieldOfEvent } from "../field-of-event.ts";
import { queryFault } from "../query-fault.ts";
import { spanMs, usualDurations, type Span } from "../span-unit.ts";
import type { Period } from "../time/calendar.ts";
import type { FunnelOrder, FunnelPlan } from "./funnel-plan.ts";

/** A funnel as it is asked for; steps are numbered from 1. */
export type AskedFunnel = {
  readonly order: FunnelOrder;
  readonly window: Span;
  /** A step is an event, or one of its alternatives. */
  readonly steps: readonly (EventSelector & { readonly or?: readonly EventSelector[] | undefined })[];
  readonly exclusions: readonly (EventSelector & { readonly fromStep?: number | undefined; readonly toStep?: number | undefined })[];
  readonly holdConstant?: FieldOfEvent | undefined;
  readonly breakdown?: { readonly by: FieldOfEvent; readonly attribution: "first" | "last" | { readonly step: number } } | undefined;
  readonly hideIncomplete: boolean;
};

/** Codes of a funnel's events have this many ms to tell. */
const TELLABLE_MS = 2 ** 40;

/** The plan of a funnel over attempts begun in a period, as of `nowMs`. Faults: `insight.query_invalid`. */
export function readFunnel(asked: AskedFunnel, period: Period, nowMs: number): Result<FunnelPlan> {
  const windowMs = spanMs(asked.window);
  const last = asked.steps.length - 1;
  const exclusions = asked.exclusions.map(({ fromStep = 1, toStep = last + 1, event, where }) => ({
    selector: { event, ...(where === undefined ? {} : { where }) },
    from: fromStep - 1,
    to: toStep - 1,
  }));
  const plan: FunnelPlan = {
    order: asked.order,
    steps: asked.steps.map(({ or = [], ...own }) => [own, ...or]),
    exclusions,
    windowMs,
    fromMs: period.fromMs,
    // The window of an attempt begun later is still open: its end is part of it.
    toMs: asked.hideIncomplete ? Math.max(period.fromMs, Math.min(period.toMs, nowMs - windowMs)) : period.toMs,
    hold: asked.holdConstant,
    breakdown: readBreakdown(asked.breakdown),
  };
  return firstFault(plan) ?? ok(plan);
}

function readBreakdown(asked: AskedFunnel["breakdown"]): FunnelPlan["breakdown"] {
  if (asked === undefined) return undefined;
  const { by, attribution } = asked;
  return { by, attribution: typeof attribution === "object" ? { step: attribution.step - 1 } : attribution };
}

function firstFault(plan: FunnelPlan): Result<never> | undefined {
  const last = plan.steps.length - 1;
  const step = plan.breakdown?.attribution;
  if (typeof step === "object" && (step.step < 0 || step.step > last))
    return queryFault("breakdown.attribution.step", `Name a step from 1 to ${last + 1}`);
  const wrong = plan.exclusions.findIndex(({ from, to }) => from < 0 || to > last || from >= to);
  if (wrong >= 0) return queryFault(`exclusions.${wrong}`, `Exclude between a step and a later one, of 1 to ${last + 1}`);
  if (plan.order === "any") {
    const part = plan.exclusions.findIndex(({ from, to }) => from > 0 || to < last);
    if (part >= 0)
      return queryFault(`exclusions.${part}`, "Steps in any order have nothing between two of them; leave fromStep and toStep out");
    const shared = sharedStep(plan);
    if (shared !== undefined)
      return queryFault(`steps.${shared}`, "In any order, give each step events that no other step has; one event serves one step only");
  }
  if (plan.toMs - plan.fromMs + 2 * plan.windowMs >= TELLABLE_MS)
    return queryFault("period", "Choose a shorter period or window; together they may be some 30 years long");
  return undefined;
}

/** A step that shares an event with an earlier one. */
function sharedStep({ steps }: FunnelPlan): number | undefined {
  const seen = new Set<string>();
  for (const [index, selectors] of steps.entries()) {
    const names = new Set(selectors.map(({ event }) => event));
    if (names.has(null) && steps.length > 1) return index;
    for (const name of names) if (name !== null && seen.has(name)) return index;
    for (const name of names) if (name !== null) seen.add(name);
  }
  return undefined;
}

/** Which times are drawn: from a step to a later one (from 0), in brackets beginning at these ms; the last is open. */
export type HistogramPlan = { readonly from: number; readonly to: number; readonly startsMs: readonly number[] };

/** The histogram asked for, by default from the first step to the last in usual brackets. Faults: `insight.query_invalid`. */
export function readHistogram(
  plan: FunnelPlan,
  asked: {
    readonly fromStep?: number | undefined;
    readonly toStep?: number | undefined;
    readonly bracketsSeconds?: readonly number[] | undefined;
  },
): Result<HistogramPlan> {
  const [from, to] = [(asked.fromStep ?? 1) - 1, (asked.toStep ?? plan.steps.length) - 1];
  if (from < 0 || from >= to || to > plan.steps.length - 1)
    return queryFault("histogram", `Measure from a step to a later one, of 1 to ${plan.steps.length}`);
  const starts = asked.bracketsSeconds;
  if (starts === undefined) return ok({ from, to, startsMs: usualDurations(plan.windowMs) });
  if (starts.some((start, index) => start <= (starts[index - 1] ?? -1)))
    return queryFault("histogram.bracketsSeconds", "Give the beginnings of the brackets in rising order");
  return ok({ from, to, startsMs: starts.map((seconds) => Math.round(seconds * 1_000)) });
}
