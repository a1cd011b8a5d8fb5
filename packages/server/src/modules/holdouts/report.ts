import type { HoldoutReport, reportHoldout } from "@terrace/contract/api/holdout-report";
import { armOf } from "@terrace/domain/experiments/arms-of-moments";
import { endedAsPlanned, type Generation } from "@terrace/domain/holdouts/generation";
import { HOLDOUT_GROUPS } from "@terrace/domain/holdouts/holdout";
import { estimateArm } from "@terrace/domain/statistics/arm";
import { holdoutEffect, returnOnCost, type Bounded } from "@terrace/domain/statistics/holdout";
import { fixedInterval } from "@terrace/domain/statistics/interval";
import { checkSampleRatio } from "@terrace/domain/statistics/sample-ratio";
import { sequentialInterval } from "@terrace/domain/statistics/sequential";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Answer } from "../insight/module.ts";
import { experimentOf } from "./ask.ts";
import { sumCosts } from "./cost.store.ts";
import { holdoutOrThrow } from "./holdout.commands.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { findHoldout, loadGenerations } from "./holdout.store.ts";

type Asked = z.output<typeof reportHoldout.body>;
type Query = z.output<typeof reportHoldout.query>;
type ReadMetric = Answer<"experiment">["metrics"][number];
type ToldMetric = HoldoutReport["metrics"][number];

const [HELD, OPEN] = [0, 1];

/**
 * What was brought in a turn. It is read as an experiment whose control is who is held: those asked about in the turn, and what they did from the question on. The
 * intervals hold on whichever day they are read and whenever somebody ends the turn; only of one that ended by the calendar they are read once. Throws `holdout.not_found`, `holdout.no_such_turn`.
 */
export async function reportTurn(
  deps: HoldoutDeps,
  context: RouteContext,
  { key, asked, query }: { readonly key: string; readonly asked: Asked; readonly query: Query },
): Promise<HoldoutReport> {
  const { workspaceId } = context;
  const holdout = holdoutOrThrow(await findHoldout(deps.db, workspaceId, key));
  const turn = turnOf((await loadGenerations(deps.db, workspaceId, [holdout.id])).get(holdout.id) ?? [], asked.generation);
  const answer = await deps.insight.run(
    "experiment",
    {
      exposure: { kind: "assignment", key: experimentOf(key, turn.number) },
      variants: [...HOLDOUT_GROUPS],
      from: new Date(turn.fromMs).toISOString(),
      ...(turn.toMs === null ? {} : { to: new Date(turn.toMs).toISOString() }),
      metrics: asked.metrics,
      covariateDays: asked.covariateDays,
    },
    context,
    query,
  );
  const [held, open] = [answer.variants[HELD], answer.variants[OPEN]];
  const people = { held: held?.people ?? 0, open: open?.people ?? 0, conflicts: (held?.conflicts ?? 0) + (open?.conflicts ?? 0) };
  const { p, blocks } = checkSampleRatio([
    { units: people.held, weight: turn.share },
    { units: people.open, weight: 10_000 - turn.share },
  ]);
  const costMinor = await sumCosts(deps.db, workspaceId, { scope: holdout.scope, from: new Date(answer.from), to: new Date(answer.to) });
  const reading = endedAsPlanned(turn) ? "fixed" : "sequential";
  const { from, to, currency, meta } = answer;
  const metrics = answer.metrics.map((metric, at) =>
    toldMetric(metric, { quantile: asked.metrics[at]?.quantile, reading, blocks, costMinor, reached: people.open }),
  );
  return { generation: turn.number, from, to, currency, reading, people, split: { p, blocks }, metrics, costMinor, meta };
}

/** A turn by its number, or the newest. Throws `holdout.no_such_turn`. */
export function turnOf<T extends Generation>(turns: readonly T[], number: number | undefined): T {
  const turn = number === undefined ? turns.at(-1) : turns.find((one) => one.number === number);
  if (turn === undefined) throw faultError("holdout.no_such_turn", { field: "generation", mend: `It has turns 1 to ${turns.length}` });
  return turn;
}

type Telling = {
  readonly quantile: number | undefined;
  readonly reading: HoldoutReport["reading"];
  readonly blocks: boolean;
  readonly costMinor: number;
  /** People who are not held. */
  readonly reached: number;
};

function toldMetric(metric: ReadMetric, { quantile, reading, blocks, costMinor, reached }: Telling): ToldMetric {
  const { unit, statistic, known } = metric;
  const [held, open] = [figuresOf(metric, HELD, quantile), figuresOf(metric, OPEN, quantile)];
  const nothing = { perPerson: null, total: null, p: null, returnOnCost: null };
  const shown = { unit, statistic, held, open };
  if (!known) return { ...shown, ...nothing, untold: "unknown_metric" };
  if (blocks) return { ...shown, ...nothing, untold: "split_off" };
  const [heldOut, arm] = [armOf(metric, HELD, quantile), armOf(metric, OPEN, quantile)];
  if (heldOut === undefined || arm === undefined) return { ...shown, ...nothing, untold: "too_few_units" };
  const intervalOf = reading === "sequential" ? sequentialInterval : fixedInterval;
  const effect = holdoutEffect({ heldOut, reached: arm }, { reachedUnits: reached, intervalOf: (of) => intervalOf(of) });
  if (effect.kind === "refused") return { ...shown, ...nothing, untold: effect.reason };
  // Only what is added up over people comes to a total.
  const isSum = statistic === "mean" || statistic === "proportion";
  const back = isSum && unit === "money" ? returnOnCost(effect.total, costMinor) : null;
  return {
    ...shown,
    perPerson: shownBounds(effect.perUnit),
    total: isSum ? shownBounds(effect.total) : null,
    p: effect.p,
    returnOnCost: back === null ? null : shownBounds(back),
    untold: null,
  };
}

function figuresOf(metric: ReadMetric, variant: number, quantile: number | undefined): ToldMetric["held"] {
  const { n = 0, waiting = 0 } = metric.variants[variant] ?? {};
  const arm = n === 0 || !metric.known ? undefined : armOf(metric, variant, quantile);
  return { n, waiting, value: arm === undefined ? null : finite(estimateArm(arm).unadjusted) };
}

function shownBounds({ estimate, low, high }: Bounded): NonNullable<ToldMetric["perPerson"]> {
  return { estimate, low: finite(low), high: finite(high) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
