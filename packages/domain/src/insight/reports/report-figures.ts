import { catalogueMetric } from "../metrics/catalogue.ts";
import type { ReportKind } from "./report-period.ts";
import type { BothLanguages, FigureDirection, FigureUnit } from "./report.ts";

/** Columns by which a change is explained. */
export type ExplainedBy = "channel" | "utmSource" | "utmCampaign" | "deviceType";
/** A figure of a report: a metric of the catalogue. */
export type FigureDefinition = {
  readonly id: string;
  readonly name: BothLanguages;
  readonly unit: FigureUnit;
  readonly better: FigureDirection;
  /** Only for figures that add up over values. */
  readonly explainedBy: readonly ExplainedBy[];
};

/** The figures reports are made of, in the order in which they are told, and what their changes are explained by. */
const TOLD: readonly (readonly [metric: string, explainedBy: readonly ExplainedBy[]])[] = [
  ["dau", []],
  ["active_people", []],
  ["registrations", ["channel", "utmSource"]],
  ["day_1_retention", []],
  ["orders", ["channel", "utmCampaign"]],
  ["buyers", []],
  ["pay_rate", []],
  ["total_paid", ["channel", "utmCampaign"]],
  ["refunded", ["channel"]],
  ["average_order_value", []],
  ["repurchase_rate", []],
];

export const REPORT_FIGURES: readonly FigureDefinition[] = TOLD.flatMap(([id, explainedBy]) => {
  const metric = catalogueMetric(id);
  return metric === undefined ? [] : [{ id, name: metric.name, unit: metric.unit, better: metric.better, explainedBy }];
});

/** A day tells the pulse. */
const DAILY: readonly string[] = ["dau", "registrations", "orders", "total_paid"];
/** Of longer periods the mean of days says less than all who came. */
const NOT_LONGER: readonly string[] = ["dau"];

/** What each kind of report holds. */
export function figuresOf(kind: ReportKind): readonly FigureDefinition[] {
  return REPORT_FIGURES.filter(({ id }) => (kind === "daily" ? DAILY.includes(id) : !NOT_LONGER.includes(id)));
}
