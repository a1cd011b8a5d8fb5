import type { AlertView } from "@terrace/contract/api/alerts";
import { expect, test } from "vitest";
import { fieldsOf, NEW_ALERT, watchedOf } from "./alert-fields.ts";

const view: AlertView = {
  id: "1",
  name: "订单",
  question: { kind: "trends", body: { series: [{ event: { event: "Order Completed" }, measure: { kind: "sum", property: "revenue" } }] } },
  rule: { kind: "change", side: "down", against: "week_before", share: 0.3, consecutive: 2 },
  interval: "day",
  unit: "number",
  targetIds: ["4"],
  paused: false,
  mutedUntil: null,
  state: "ok",
  lastValue: null,
  evaluatedAt: null,
  failure: "",
  createdBy: "",
  createdAt: "",
};

test("an alert survives being opened and saved", () => {
  const { fields, kept } = fieldsOf(view);
  expect(watchedOf(fields, kept)).toEqual({ question: view.question, rule: view.rule, interval: view.interval });
});

test("a question that the form cannot show stays as it was", () => {
  const question = {
    kind: "trends" as const,
    body: { series: [{ event: { event: "x", where: { property: "a", is: ["b"] } }, measure: { kind: "events" } }] },
  };
  const { fields, kept } = fieldsOf({ ...view, question });
  expect(watchedOf(fields, kept)?.question).toEqual(question);
});

test("nothing is asked while the rule is not whole", () => {
  expect(watchedOf({ ...NEW_ALERT, rule: "threshold", side: "above" }, undefined)).toBeUndefined();
  expect(watchedOf({ ...NEW_ALERT, rule: "anomaly", side: "above" }, undefined)).toBeUndefined();
  expect(watchedOf({ ...NEW_ALERT, measure: "sum" }, undefined)).toBeUndefined();
  expect(watchedOf({ ...NEW_ALERT, rule: "threshold", side: "below", value: 0 }, undefined)?.rule).toEqual({
    kind: "threshold",
    side: "below",
    value: 0,
    consecutive: 1,
  });
});
