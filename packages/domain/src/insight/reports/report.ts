import type { InBothLanguages } from "../../in-both-languages.ts";
import type { MetricDirection, MetricUnit } from "../metrics/metric.ts";
import type { DayUnit } from "../time/calendar.ts";
import type { DateSpan, ReportKind } from "./report-period.ts";

export type FigureUnit = MetricUnit;
export type FigureDirection = MetricDirection;
export type ReportSection = "main" | "service";

/** A number of a report with what it is compared to. Money is whole minor units, shares are parts of 1; null is unknown. */
export type ReportFigure = {
  readonly id: string;
  readonly name: InBothLanguages;
  readonly unit: FigureUnit;
  readonly better: FigureDirection;
  /** Figures of the service to people stand apart. */
  readonly section: ReportSection;
  readonly value: number | null;
  readonly previous: number | null;
  readonly lastYear: number | null;
  /** What was to be expected of it, by what it was before; null while too little is known. */
  readonly usual: { readonly low: number; readonly high: number } | null;
  readonly goal: number | null;
  /** The steps that are drawn, and those of the period before beside them. */
  readonly steps: readonly { readonly date: string; readonly value: number | null }[];
  readonly previousSteps: readonly (number | null)[];
};

export type FindingLevel = "good" | "bad" | "neutral";
/** Something worth saying of a report; `figure` is the id of the figure it is about. */
export type Finding =
  | {
      readonly kind: "moved";
      readonly figure: string;
      readonly change: number;
      readonly range: "above" | "below" | "within" | "unknown";
      readonly level: FindingLevel;
    }
  | {
      readonly kind: "explained";
      readonly figure: string;
      readonly by: string;
      readonly value: string | null;
      readonly delta: number;
      readonly share: number;
    }
  | { readonly kind: "last_year"; readonly figure: string; readonly change: number; readonly level: FindingLevel }
  | { readonly kind: "goal"; readonly figure: string; readonly reached: number; readonly level: FindingLevel }
  | { readonly kind: "quiet" };

/** A figure taken apart by a breakdown. */
export type ReportTable = {
  readonly figure: string;
  readonly by: string;
  readonly rows: readonly {
    readonly value: string | null;
    readonly other: boolean;
    readonly now: number;
    readonly before: number;
    readonly delta: number;
  }[];
  readonly overlap: number;
};

/**
 * What a figure is expected to come to in the period that follows. Only told where the same way of telling was tried on periods that are over:
 * `error` says how far it would have been off there, and how often within its interval.
 */
export type ReportOutlook = {
  readonly figure: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The share of cases that the interval is to hold. */
  readonly level: number;
  readonly method: "holt_winters" | "naive";
  readonly error: { readonly mae: number; readonly mape: number | null; readonly tried: number; readonly within: number };
  /** Of the period that follows. */
  readonly goal: number | null;
};

/** A figure of which nothing is told ahead, and why: there are too few periods to try it on, or those of a long period are not the sum of its parts. */
export type OutlookUntold =
  | { readonly figure: string; readonly why: "too_short"; readonly step: DayUnit; readonly known: number; readonly needed: number }
  | { readonly figure: string; readonly why: "counted_once" };

/** Something that was done on a day of the period, and figures before and after it. Nothing in it says that one is because of the other. */
export type ReportEffect = {
  readonly kind: "note" | "decision" | "campaign";
  /** Of the note or decision; the name of a campaign. */
  readonly id: string;
  readonly day: string;
  readonly text: string;
  readonly before: DateSpan;
  readonly after: DateSpan;
  readonly figures: readonly { readonly id: string; readonly before: number | null; readonly after: number | null }[];
};

/** All that a report says, in no language: what was generated once and does not change. */
export type ReportContent = {
  readonly version: 1;
  readonly kind: ReportKind;
  readonly period: DateSpan;
  readonly previous: DateSpan;
  readonly lastYear: DateSpan | null;
  readonly next: DateSpan;
  readonly zone: string;
  readonly currency: string;
  readonly workspace: string;
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
  readonly findings: readonly Finding[];
  readonly outlook: readonly ReportOutlook[];
  readonly outlookUntold: readonly OutlookUntold[];
  readonly effects: readonly ReportEffect[];
  /** What was done besides and is not told of. */
  readonly effectsLeft: number;
};
