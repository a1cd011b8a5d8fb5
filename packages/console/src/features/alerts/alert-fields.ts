import type { AlertBody, AlertView } from "@terrace/contract/api/alerts";
import type { AlertUnit } from "@terrace/domain/insight/alerts/alert-rule";
import type { Condition } from "@terrace/domain/conditions/condition";
import { writtenObject } from "@terrace/domain/json";
import { z } from "zod";

/** Which events are watched: by name, narrowed by a condition. */
export type Selector = { readonly event: string | null; readonly where?: Condition | undefined };

/** The fields of the form, flat; those of a rule that is not chosen are not there. */
export type AlertFields = {
  readonly name: string;
  /** A metric, or events counted in one of three ways. */
  readonly what: "events" | "metric";
  readonly metric?: string;
  readonly selector: Selector;
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
  what: "events",
  selector: { event: "Order Completed" },
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

function questionOf({ what, metric, selector, measure, property = "" }: AlertFields): AlertBody["question"] | undefined {
  if (what === "metric") return metric === undefined ? undefined : { kind: "metric", body: { metrics: [{ metric }] } };
  if (measure === "sum" && property.trim() === "") return undefined;
  const measured = measure === "sum" ? { kind: measure, property: property.trim() } : { kind: measure };
  return { kind: "trends", body: { series: [{ event: writtenObject(selector), measure: measured }] } };
}

function ruleOf(fields: AlertFields): AlertBody["rule"] | undefined {
  const { rule, side, percent, against = "previous", consecutive } = fields;
  if (rule === "threshold") return thresholdOf(fields);
  if (side === "above" || side === "below") return undefined;
  if (rule === "anomaly") return { kind: rule, side, consecutive };
  return typeof percent === "number" ? { kind: rule, side, against, share: percent / 100, consecutive } : undefined;
}

function thresholdOf({ side, value, until, consecutive }: AlertFields): AlertBody["rule"] | undefined {
  if (typeof value !== "number" || (side !== "above" && side !== "below")) return undefined;
  return { kind: "threshold", side, value, consecutive, ...(typeof until === "number" ? { until } : {}) };
}

/** The fields of an alert that is there. A question that the form has no fields for is kept as it is. */
export function fieldsOf(alert: AlertView): { readonly fields: AlertFields; readonly kept: AlertView["question"] | undefined } {
  const { name, rule, interval, targetIds } = alert;
  const asked = plainMetric(alert.question) ?? plainSeries(alert.question);
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

/** A body that the form has fields for: one event, counted in one of its ways. */
const plainBody = z.strictObject({
  series: z.tuple([
    z.strictObject({
      event: z.strictObject({ event: z.string().nullable(), where: z.custom<Condition>((part) => typeof part === "object").optional() }),
      measure: z.strictObject({ kind: z.enum(["events", "people", "sum"]), property: z.string().optional() }),
    }),
  ]),
});

/** A body that asks for one stored metric as it is. */
const metricBody = z.strictObject({ metrics: z.tuple([z.strictObject({ metric: z.string() })]) });

function plainMetric({ kind, body }: AlertView["question"]): Pick<AlertFields, "what" | "metric"> | undefined {
  const read = kind === "metric" ? metricBody.safeParse(body) : undefined;
  return read?.success === true ? { what: "metric", metric: read.data.metrics[0].metric } : undefined;
}

function plainSeries({ kind, body }: AlertView["question"]): Pick<AlertFields, "what" | "selector" | "measure" | "property"> | undefined {
  const read = kind === "trends" ? plainBody.safeParse(body) : undefined;
  if (read?.success !== true) return undefined;
  const [{ event, measure }] = read.data.series;
  return {
    what: "events",
    selector: event,
    measure: measure.kind,
    ...(measure.property === undefined ? {} : { property: measure.property }),
  };
}

/** How the values of the fields are written where they are of events. */
export function unitOf({ measure }: Pick<AlertFields, "measure">): "count" | "people" | "number" {
  return measure === "events" ? "count" : measure === "people" ? "people" : "number";
}
