import type { InBothLanguages } from "../../in-both-languages.ts";
import { catalogueMetric } from "../metrics/catalogue.ts";
import type { ReportKind } from "./report-period.ts";
import type { FigureDirection, FigureUnit, ReportSection } from "./report.ts";

/** Columns by which a change is explained. */
export type ExplainedBy = "channel" | "utmSource" | "utmCampaign" | "deviceType";
/** A figure of a report: a metric of the catalogue. */
export type FigureDefinition = {
  readonly id: string;
  readonly name: InBothLanguages;
  readonly unit: FigureUnit;
  readonly better: FigureDirection;
  readonly section: ReportSection;
  readonly isDrawn: boolean;
  /** What it may come to next is told: a count of something, not a share or a mean. */
  readonly isForetold: boolean;
  /** A long period comes to the sum of its parts; whoever is counted once in each may be in several. */
  readonly addsUp: boolean;
  /** Only for figures that add up over values. */
  readonly explainedBy: readonly ExplainedBy[];
};

type Told = {
  readonly metric: string;
  readonly explainedBy?: readonly ExplainedBy[];
  readonly foretold?: boolean;
  readonly addsUp?: boolean;
  readonly drawn?: boolean;
};

/** The figures reports are made of, in the order in which they are told, and what their changes are explained by. */
const TOLD: readonly Told[] = [
  { metric: "dau", foretold: true },
  { metric: "active_people", foretold: true },
  { metric: "registrations", explainedBy: ["channel", "utmSource"], foretold: true, addsUp: true },
  { metric: "day_1_retention" },
  { metric: "orders", explainedBy: ["channel", "utmCampaign"], foretold: true, addsUp: true },
  { metric: "buyers", foretold: true },
  { metric: "pay_rate" },
  { metric: "total_paid", explainedBy: ["channel", "utmCampaign"], foretold: true, addsUp: true },
  { metric: "refunded", explainedBy: ["channel"] },
  { metric: "average_order_value" },
  { metric: "repurchase_rate", drawn: false },
  { metric: "tickets", explainedBy: ["channel"], foretold: true, addsUp: true },
  { metric: "first_response_time" },
  { metric: "first_response_in_time", drawn: false },
  { metric: "resolution_rate", drawn: false },
  { metric: "resolution_time", drawn: false },
  { metric: "complaints_in_time", drawn: false },
  { metric: "satisfaction", drawn: false },
  { metric: "satisfied_share" },
];

export const REPORT_FIGURES: readonly FigureDefinition[] = TOLD.flatMap(
  ({ metric: id, explainedBy = [], foretold = false, addsUp = false, drawn = true }) => {
    const metric = catalogueMetric(id);
    if (metric === undefined) return [];
    const { name, unit, better, group } = metric;
    const section = group === "service" ? "service" : "main";
    return [{ id, name, unit, better, section, isDrawn: drawn, isForetold: foretold, addsUp, explainedBy }];
  },
);

/** A day tells the pulse. */
const DAILY: readonly string[] = ["dau", "registrations", "orders", "total_paid"];
/** Of longer periods the mean of days says less than all who came. */
const NOT_LONGER: readonly string[] = ["dau"];

/** What each kind of report holds. */
export function figuresOf(kind: ReportKind): readonly FigureDefinition[] {
  return REPORT_FIGURES.filter(({ id }) => (kind === "daily" ? DAILY.includes(id) : !NOT_LONGER.includes(id)));
}

/** Figures that are held before and after something that was done, where the report has them. */
export const EFFECT_FIGURES: readonly string[] = ["dau", "active_people", "registrations", "orders", "total_paid"];
