import { expect, test } from "vitest";
import { bindMetric } from "../insight/metrics/bind-metric.ts";
import { suggestBusinessEvents } from "../insight/metrics/business-events.ts";
import { METRIC_CATALOGUE } from "../insight/metrics/catalogue.ts";
import type { BoundExpression } from "../insight/metrics/metric.ts";
import { columnsOf, unitMetricOf, unitValue } from "./unit-metric.ts";

const ORDERS = [{ event: "Order Completed" }];
const VIEWS = [{ event: "Product Viewed" }];
const orders: BoundExpression = { atom: { kind: "events", of: ORDERS, measure: { kind: "events" } } };
const views: BoundExpression = { atom: { kind: "events", of: VIEWS, measure: { kind: "events" } } };

function told(expression: BoundExpression, quantile?: number) {
  return unitMetricOf({ expression, unit: "number", needs: [] }, quantile, "metrics.0.of");
}

test("events are a mean, people who did something a share, per person a quotient", () => {
  const of = (kind: "events" | "people" | "events_per_person") => {
    const result = told({ atom: { kind: "events", of: ORDERS, measure: { kind } } });
    return result.ok ? result.value.statistic : result.fault.code;
  };
  expect([of("events"), of("people"), of("events_per_person")]).toEqual(["mean", "proportion", "ratio"]);
});

test("sums, numbers before them and one quotient of them stand in formulas; anything else is refused with what to do", () => {
  const formula = (text: string) => told({ formula: text, parts: [orders, views] });
  for (const text of ["A + B", "-A", "2 * A - B / 4", "A / B * 100", "(A - B) / (A + B)"]) expect(formula(text).ok, text).toBe(true);
  for (const text of ["A * B", "A + 1", "A / B + 1", "1 / A", "A / (B / A)", "7", "A / 0"])
    expect(formula(text), text).toMatchObject({ ok: false, fault: { code: "experiment.metric_unfit", field: "metrics.0.of" } });
});

test("a formula comes to the same for a person as for everyone", () => {
  const result = told({ formula: "2 * A - B / 4", parts: [orders, views] });
  if (!result.ok) throw new Error(result.fault.mend);
  const { value } = result.value;
  expect(columnsOf(value)).toHaveLength(2);
  expect(unitValue(value, (column) => (column.kind === "events" && column.of === ORDERS ? 3 : 8))).toBe(4);
});

test("what a person must have done is told of the interval alone", () => {
  const tested = (window: "interval" | "until_end") =>
    told({
      atom: {
        kind: "people",
        where: { all: [{ of: ORDERS, window, atLeast: 2 }, { not: { of: VIEWS, window: "interval", atLeast: 1 } }] },
      },
    });
  expect(tested("until_end").ok).toBe(false);
  const result = tested("interval");
  if (!result.ok) throw new Error(result.fault.mend);
  const at = (ordered: number, viewed: number) =>
    unitValue(result.value.value, (column) => (column.kind === "events" && column.of === ORDERS ? ordered : viewed));
  expect([at(2, 0), at(1, 0), at(2, 1)]).toEqual([1, 0, 0]);
});

test("only what is added up has quantiles", () => {
  expect(told(orders, 0.9)).toMatchObject({ ok: true, value: { statistic: "quantile", level: 0.9 } });
  expect(told({ ratio: { of: orders, per: views } }, 0.9).ok).toBe(false);
  expect(told({ atom: { kind: "events", of: ORDERS, measure: { kind: "people" } } }, 0.9).ok).toBe(false);
});

test("every metric of the catalogue is either told or refused, and these are told", () => {
  const fit = METRIC_CATALOGUE.filter((metric) => {
    const bound = bindMetric(metric, {}, suggestBusinessEvents(new Set()));
    if (!bound.ok) throw new Error(metric.id);
    return unitMetricOf(bound.value, undefined, "metric").ok;
  }).map(({ id }) => id);
  expect(fit).toEqual(expect.arrayContaining(["orders", "buyers", "net_revenue", "average_order_value", "repurchase_rate", "refund_rate"]));
  expect(fit).not.toContain("day_1_retention");
  expect(fit).not.toContain("ltv_observed");
});
