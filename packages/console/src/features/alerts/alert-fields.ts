import type { AlertBody, AlertView } from "@terrace/contract/api/alerts";
import type { AlertUnit } from "@terrace/domain/insight/alerts/alert-rule";

/** The fields of the form, flat; those of a rule that is not chosen are not there. */
export type AlertFields = {
  readonly name: string;
  readonly event: string | null;
  readonly measure: "events" | "people" | "sum";
  readonly property?: string;
  readonly interval: AlertUnit;
  readonly rule: "threshold" | "change" | "anomaly";
  readonly side: "above" | "below" | "up" | "down" | "either";
  readonly value?: number | null;
  readonly until?: number | null;
  readonly percent?: number | null;
  readonly against?: "previous" | "week_before";
  readonly consecutive: number;
  readonly targetIds: readonly string[];
};

export const NEW_ALERT: AlertFields = {
  name: "",
  event: "Order Completed",
  measure: "events",
  interval: "day",
  rule: "anomaly",
  side: "either",
  consecutive: 1,
  targetIds: [],
};

type Watched = Pick<AlertBody, "question" | "rule" | "interval">;

/** What the fields watch and by which rule; undefined while something is missing. */
export function watchedOf(fields: AlertFields, kept: AlertView["question"] | undefined): Watched | undefined {
  const rule = ruleOf(fields);
  const question = kept ?? questionOf(fields);
  return rule === undefined || question === undefined ? undefined : { question, rule, interval: fields.interval };
}

function questionOf({ event, measure, property = "" }: AlertFields): AlertBody["question"] | undefined {
  if (measure === "sum" && property.trim() === "") return undefined;
  const measured = measure === "sum" ? { kind: measure, property: property.trim() } : { kind: measure };
  return { kind: "trends", body: { series: [{ event: { event }, measure: measured }] } };
}

function ruleOf({ rule, side, value, until, percent, against = "previous", consecutive }: AlertFields): AlertBody["rule"] | undefined {
  if (rule === "threshold") {
    if (value === undefined || value === null || (side !== "above" && side !== "below")) return undefined;
    return { kind: rule, side, value, consecutive, ...(until === undefined || until === null ? {} : { until }) };
  }
  if (side === "above" || side === "below") return undefined;
  if (rule === "anomaly") return { kind: rule, side, consecutive };
  return percent === undefined || percent === null ? undefined : { kind: rule, side, against, share: percent / 100, consecutive };
}

/** The fields of an alert that is there. A question that the form has no fields for is kept as it is. */
export function fieldsOf(alert: AlertView): { readonly fields: AlertFields; readonly kept: AlertView["question"] | undefined } {
  const { name, rule, interval, targetIds } = alert;
  const asked = plainSeries(alert.question);
  return {
    kept: asked === undefined ? alert.question : undefined,
    fields: {
      ...NEW_ALERT,
      ...asked,
      name,
      interval,
      targetIds,
      rule: rule.kind,
      side: rule.side,
      consecutive: rule.consecutive,
      ...(rule.kind === "threshold" ? { value: rule.value, until: rule.until ?? null } : {}),
      ...(rule.kind === "change" ? { percent: Math.round(rule.share * 1000) / 10, against: rule.against } : {}),
    },
  };
}

/** One event counted in one of the ways of the form; undefined for anything more. */
function plainSeries({ kind, body }: AlertView["question"]): Pick<AlertFields, "event" | "measure" | "property"> | undefined {
  const series: unknown = body["series"];
  if (kind !== "trends" || Object.keys(body).length !== 1 || !Array.isArray(series) || series.length !== 1) return undefined;
  const [only] = series as readonly {
    readonly event?: unknown;
    readonly measure?: { readonly kind?: unknown; readonly property?: unknown };
  }[];
  const selector = only?.event;
  if (typeof selector !== "object" || selector === null || Object.keys(selector).join() !== "event") return undefined;
  const event: unknown = Reflect.get(selector, "event");
  const { kind: measure, property } = only?.measure ?? {};
  if ((event !== null && typeof event !== "string") || (measure !== "events" && measure !== "people" && measure !== "sum"))
    return undefined;
  return { event, measure, ...(typeof property === "string" ? { property } : {}) };
}

/** How the values of the fields are written. */
export function unitOf({ measure }: Pick<AlertFields, "measure">): "count" | "people" | "number" {
  return measure === "events" ? "count" : measure === "people" ? "people" : "number";
}
