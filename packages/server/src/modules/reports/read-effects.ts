import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { EFFECT_FIGURES } from "@terrace/domain/insight/reports/report-figures";
import { daysAround, instantsOf, periodBefore, type DateSpan } from "@terrace/domain/insight/reports/report-period";
import type { ReportEffect, ReportFigure, ReportTable } from "@terrace/domain/insight/reports/report";
import { isoDay, dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import { openText } from "../../platform/sealed-text.ts";
import { loadDecidedBetween } from "./decision.store.ts";
import type { FiguresAsked } from "./read-figures.ts";
import type { ReportDeps } from "./report-deps.ts";

/** More are counted, not told. */
const EFFECTS_MAX = 12;
const TEXT_MAX = 200;
const CAMPAIGNS_MAX = 8;

type Reading = Pick<ReportDeps, "db" | "privacy" | "insight">;
type Done = Pick<ReportEffect, "kind" | "id" | "day" | "text"> & { readonly figure?: string };
type ToldSoFar = { readonly figures: readonly ReportFigure[]; readonly tables: readonly ReportTable[]; readonly zone: string };

/** Figures before and after what was done in the period: notes on charts, decisions, campaigns that brought their first orders. */
export async function readEffects(
  reading: Reading,
  asked: FiguresAsked,
  told: ToldSoFar,
): Promise<{ readonly effects: readonly ReportEffect[]; readonly effectsLeft: number }> {
  const done = [
    ...(await notesOf(reading, asked)),
    ...(await decisionsOf(reading, asked, told.zone)),
    ...(await campaignsOf(reading, asked, told.tables)),
  ].toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const effects: ReportEffect[] = [];
  for (const { figure, ...each } of done.slice(0, EFFECTS_MAX)) {
    const days = daysAround(each.day, asked.period.to);
    const ids = told.figures.map(({ id }) => id).filter((id) => EFFECT_FIGURES.includes(id) || id === figure);
    if (days === undefined || ids.length === 0) continue;
    const before = await totalsOf(reading, asked, days.before, ids);
    const after = await totalsOf(reading, asked, days.after, ids);
    const figures = ids.map((id, index) => ({ id, before: before[index] ?? null, after: after[index] ?? null }));
    effects.push({ ...each, ...days, figures });
  }
  return { effects, effectsLeft: Math.max(0, done.length - EFFECTS_MAX) };
}

async function notesOf({ insight }: Reading, { workspaceId, period }: FiguresAsked): Promise<readonly Done[]> {
  const notes = await insight.notes(workspaceId, period);
  return notes.map(({ id, day, text }) => ({ kind: "note", id, day, text: text.slice(0, TEXT_MAX) }));
}

async function decisionsOf({ db, privacy }: Reading, { workspaceId, period }: FiguresAsked, zone: string): Promise<readonly Done[]> {
  const { fromMs, toMs } = instantsOf(period, { zone, weekStart: "monday" });
  const rows = await loadDecidedBetween(db, workspaceId, { from: new Date(fromMs), to: new Date(toMs), limit: 100 });
  const clock = zoneClock(zone);
  return rows.map(({ id, decidedAt, decided, figure }) => {
    const day = isoDay(dayAt(decidedAt.getTime(), clock));
    return { kind: "decision", id, day, text: openText(privacy, decided).slice(0, TEXT_MAX), figure };
  });
}

/** Campaigns without an order in the period before; one day alone tells of none. */
async function campaignsOf(reading: Reading, asked: FiguresAsked, tables: readonly ReportTable[]): Promise<readonly Done[]> {
  if (asked.kind === "daily") return [];
  const table = tables.find(({ figure, by }) => figure === "orders" && by === "utmCampaign");
  const began = (table?.rows ?? []).flatMap(({ value, other, before, now }) =>
    value === null || value === "" || other || before !== 0 || now === 0 ? [] : [value],
  );
  if (began.length === 0) return [];
  const answer = await reading.insight.run(
    "metric",
    {
      period: { from: periodBefore(asked.kind, asked.period, 1).from, to: asked.period.to },
      interval: "day",
      metrics: [{ metric: "orders" }],
      breakdown: { by: { column: "utmCampaign" }, top: CAMPAIGNS_MAX },
    },
    askerOf(asked),
  );
  return (answer.metrics[0]?.lines ?? []).flatMap(({ value, points }) => {
    const day = answer.intervals[points.findIndex((point) => (point ?? 0) > 0)]?.label;
    return value === undefined || value === null || !began.includes(value) || day === undefined
      ? []
      : [{ kind: "campaign" as const, id: value, day, text: value }];
  });
}

/** What some figures came to in a span of days as a whole. */
async function totalsOf(
  reading: Reading,
  asked: FiguresAsked,
  span: DateSpan,
  ids: readonly string[],
): Promise<readonly (number | null)[]> {
  const answer = await reading.insight.run(
    "metric",
    { period: { from: span.from, to: span.to }, interval: "day", metrics: ids.map((metric) => ({ metric })) },
    askerOf(asked),
  );
  return answer.metrics.map(({ lines }) => lines[0]?.total ?? null);
}

function askerOf({ workspaceId, signal }: FiguresAsked) {
  // Nobody looks at it yet: it holds what everyone may see.
  return { workspaceId, fields: DEFAULT_FIELD_VIEW, signal };
}
