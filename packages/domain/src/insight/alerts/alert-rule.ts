import { fail, ok, type Result } from "../../result.ts";
import { anomalyBaseline } from "../forecast/anomaly-baseline.ts";
import type { IntervalUnit } from "../time/calendar.ts";

export const ALERT_UNITS = ["hour", "day", "week", "month"] as const satisfies readonly IntervalUnit[];
export type AlertUnit = (typeof ALERT_UNITS)[number];

/**
 * When an interval gives reason for alarm. Threshold: its value is above or below a number. Change: it differs by a share from the interval before, or
 * from the same hour or weekday of the week before. Anomaly: it lies outside of where it was to be expected by all before it.
 */
export type AlertRule = (
  | {
      readonly kind: "threshold";
      readonly side: "above" | "below";
      readonly value: number;
      /** The alarm ends when the value has come back past this; without it past the threshold itself. */
      readonly until?: number | undefined;
    }
  | {
      readonly kind: "change";
      readonly side: "up" | "down" | "either";
      readonly against: "previous" | "week_before";
      readonly share: number;
    }
  | {
      readonly kind: "anomaly";
      readonly side: "up" | "down" | "either";
      /** How often a value that is none may be taken for one. */
      readonly falseAlarms?: number | undefined;
    }
) & {
  /** So many intervals in a row must give reason before there is an alarm. */
  readonly consecutive: number;
};

/** A value of an interval, oldest first; whether all of it lies in the past. */
export type AlertPoint = { readonly fromMs: number; readonly value: number | null; readonly complete: boolean };

/** What is thought of an interval: reason for alarm, none, no reason to end one either (between the threshold and where it ends), or nothing can be said. */
export type Verdict = "alarm" | "calm" | "between" | "unknown";
export type Judged = AlertPoint & { readonly verdict: Verdict; readonly low: number | null; readonly high: number | null };

const WEEK: Readonly<Record<AlertUnit, number>> = { hour: 168, day: 7, week: 1, month: 1 };

/** How many intervals before the first one judged a rule looks back on. */
export function lookBackOf(rule: AlertRule, unit: AlertUnit): number {
  if (rule.kind === "threshold") return rule.consecutive;
  if (rule.kind === "change") return rule.consecutive + (rule.against === "previous" ? 1 : WEEK[unit]);
  return rule.consecutive + { hour: 672, day: 63, week: 52, month: 36 }[unit];
}

/** Refuses rules that no series could be judged by. Faults: `alert.rule_invalid`. */
export function checkRule(rule: AlertRule): Result<AlertRule> {
  if (rule.kind === "threshold" && rule.until !== undefined && (rule.side === "above" ? rule.until > rule.value : rule.until < rule.value))
    return fail("alert.rule_invalid", {
      field: "rule.until",
      mend:
        rule.side === "above"
          ? "An alarm above a number ends below it: give a smaller one"
          : "An alarm below a number ends above it: give a larger one",
    });
  return ok(rule);
}

/** A share beyond this is taken for a percentage written as a whole number. */
const SHARE_MAX = 10;

/** The unit of an alert: what is watched knows its own, and the limits of a share are parts of 1. Faults: `alert.rule_invalid`. */
export function fittingUnit<Unit extends string>(rule: AlertRule, asked: Unit | undefined, watched: Unit | null): Result<Unit | "number"> {
  if (asked !== undefined && watched !== null && asked !== watched)
    return fail("alert.rule_invalid", {
      field: "unit",
      mend: `The values of this metric are written as ${watched}: give that, or leave it out`,
    });
  const unit = asked ?? watched ?? "number";
  if (unit !== "share" || rule.kind !== "threshold") return ok(unit);
  const limits = { value: rule.value, until: rule.until ?? 0 };
  const tooLarge = (["value", "until"] as const).find((name) => Math.abs(limits[name]) > SHARE_MAX);
  return tooLarge === undefined
    ? ok(unit)
    : fail("alert.rule_invalid", {
        field: `rule.${tooLarge}`,
        mend: `A share is written as a part of 1, at most ${SHARE_MAX}: 0.3 is 30 %`,
      });
}

/** Judges every interval. The one going on is judged only by a threshold from above, which it cannot fall below again; otherwise it would always be too low. */
export function judge(points: readonly AlertPoint[], rule: AlertRule, unit: AlertUnit): readonly Judged[] {
  const bands = rule.kind === "anomaly" ? bandsOf(points, rule.falseAlarms, unit) : [];
  return points.map((point, index) => {
    const { low, high } = bands[index] ?? { low: null, high: null };
    const told = { ...point, low, high };
    const mayJudge = point.complete || (rule.kind === "threshold" && rule.side === "above");
    if (!mayJudge || point.value === null) return { ...told, verdict: "unknown" };
    const before = points[index - (rule.kind === "change" && rule.against === "week_before" ? WEEK[unit] : 1)]?.value ?? null;
    const verdict = verdictOf(point.value, rule, { before, low, high });
    // An interval that is not over gives no all-clear.
    return { ...told, verdict: point.complete || verdict === "alarm" ? verdict : "unknown" };
  });
}

type Compared = { readonly before: number | null; readonly low: number | null; readonly high: number | null };

function verdictOf(value: number, rule: AlertRule, { before, low, high }: Compared): Verdict {
  if (rule.kind === "threshold") return beyond(value, rule);
  if (rule.kind === "change") {
    if (before === null || before === 0) return "unknown";
    const change = (value - before) / Math.abs(before);
    return alarmIf(rule.side, { up: change >= rule.share, down: change <= -rule.share });
  }
  return low === null || high === null ? "unknown" : alarmIf(rule.side, { up: value > high, down: value < low });
}

function beyond(value: number, rule: Extract<AlertRule, { readonly kind: "threshold" }>): Verdict {
  const sign = rule.side === "above" ? 1 : -1;
  if (sign * (value - rule.value) > 0) return "alarm";
  return sign * (value - (rule.until ?? rule.value)) > 0 ? "between" : "calm";
}

function alarmIf(side: "up" | "down" | "either", { up, down }: { readonly up: boolean; readonly down: boolean }): Verdict {
  return (up && side !== "down") || (down && side !== "up") ? "alarm" : "calm";
}

/** Where each interval was to be expected; one that is not over tells nothing about later ones. */
function bandsOf(points: readonly AlertPoint[], falseAlarms: number | undefined, unit: AlertUnit) {
  const values = points.map(({ value, complete }) => (complete ? value : null));
  return anomalyBaseline(values, { unit, ...(falseAlarms === undefined ? {} : { falseAlarms }) }).map(({ low, high }) => ({ low, high }));
}

/** A time of alarm: from the interval that completed it to the one that ended it. */
export type Alarm = { readonly first: Judged; readonly end: Judged | undefined };

/** The times of alarm of a series: as many intervals in a row as asked for begin one, a calm one ends it; unknown ones do neither, and break no row. */
export function alarmsOf(judged: readonly Judged[], consecutive: number): readonly Alarm[] {
  const alarms: { first: Judged; end: Judged | undefined }[] = [];
  let row = 0;
  let open = false;
  for (const point of judged) {
    if (point.verdict === "unknown") continue;
    if (open) {
      const last = alarms.at(-1);
      if (point.verdict !== "calm" || last === undefined) continue;
      last.end = point;
      open = false;
      row = 0;
      continue;
    }
    row = point.verdict === "alarm" ? row + 1 : 0;
    if (row < consecutive) continue;
    alarms.push({ first: point, end: undefined });
    open = true;
  }
  return alarms;
}

/** What to do now, seeing the last intervals: begin an alarm, end the one that is open, or nothing. `openSinceMs`: the interval with which it began. */
export function nextStep(
  judged: readonly Judged[],
  consecutive: number,
  openSinceMs: number | undefined,
): { readonly step: "begin" | "end"; readonly at: Judged } | undefined {
  if (openSinceMs !== undefined) {
    const end = judged.find(({ fromMs, verdict }) => fromMs > openSinceMs && verdict === "calm");
    return end === undefined ? undefined : { step: "end", at: end };
  }
  const last = alarmsOf(judged, consecutive).at(-1);
  return last === undefined || last.end !== undefined ? undefined : { step: "begin", at: last.first };
}
