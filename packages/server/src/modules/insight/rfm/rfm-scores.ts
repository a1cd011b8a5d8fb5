import type { EventSelector } from "@terrace/domain/conditions/condition";
import { isoDay, dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import type { RfmScores } from "@terrace/domain/insight/rfm/rfm-classes";
import { readMoment, readRfm, RFM_GROUPS } from "@terrace/domain/insight/rfm/rfm-plan";
import { randomUUID } from "node:crypto";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { currencyOf, tradeOf } from "../commerce/ground.ts";
import { askingOf, surroundingsOf, type AnalysisDeps } from "../time/asking.ts";
import { rfmTexts, type RfmPeopleText } from "./rfm.views.ts";

/** How everyone is scored; what is not named are the workspace's business events. */
export type RfmScoring = {
  readonly lookbackDays: number;
  readonly orders?: EventSelector | undefined;
  readonly refunds?: EventSelector | undefined;
  readonly scores: number;
  readonly thresholds?:
    { readonly recencyDays: readonly number[]; readonly frequency: readonly number[]; readonly monetary: readonly number[] } | undefined;
};

/** Everyone's scores at the beginning of the local day: people by their ids, with commas between them. */
export type ScoredPeople = { readonly atMs: number; readonly people: readonly (RfmScores & { readonly ids: string })[] };

const TIMEOUT_SECONDS = 600;

/** Scores everyone as the analysis does with `at` of today. Faults of the scoring: `insight.query_invalid`. */
export async function scoreRfm(deps: AnalysisDeps, workspaceId: number, scoring: RfmScoring, signal: AbortSignal): Promise<ScoredPeople> {
  const surroundings = await surroundingsOf(deps, workspaceId);
  const asker = { workspaceId, fields: DEFAULT_FIELD_VIEW, signal, noteCost: () => undefined };
  const asking = askingOf(deps, asker, surroundings, { body: {}, queryId: randomUUID() });
  const { calendar } = asking;
  const today = isoDay(dayAt(asking.nowMs, zoneClock(calendar.zone)));
  const at = valueOrThrow(readMoment("at", today, scoring.lookbackDays, calendar));
  const plan = valueOrThrow(readRfm({ ...scoring, ...(await tradeOf(asking, scoring)) }, { ...currencyOf(asking), zone: calendar.zone }));
  const rows = await deps.warehouse.rows<RfmPeopleText>(workspaceId, "segments.rfm", rfmTexts(plan, at, asking.tools), {
    signal,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  return {
    atMs: at.atMs,
    people: rows.map(({ r, f, m, kind, ids }) => {
      const group = RFM_GROUPS[kind - 1];
      if (group === undefined) throw new Error(`there is no RFM group ${kind}`);
      return { recency: r, frequency: f, monetary: m, group, ids };
    }),
  };
}
