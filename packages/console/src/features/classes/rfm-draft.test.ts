import { expect, test } from "vitest";
import { bodyOf, draftOf } from "./rfm-draft.ts";

test("RFM begins with the usual scoring, and own limits are sent once they rise", () => {
  const draft = draftOf(null);
  expect(bodyOf(draft, "en")).toEqual({ lookbackDays: 365, scores: 5, dailyAt: "04:00", language: "en" });
  const own = { ...draft, own: true, limits: { recencyDays: "7, 30", frequency: "2", monetary: "99.5 500" } };
  expect(bodyOf(own, "zh")).toMatchObject({ thresholds: { recencyDays: [7, 30], frequency: [2], monetary: [99.5, 500] } });
  expect(bodyOf({ ...own, limits: { ...own.limits, frequency: "3, 2" } }, "zh")).toBeUndefined();
});

test("what is not typed here stays as it was set", () => {
  const orders = { event: "Paid", where: { property: "price", gt: 0 } };
  const draft = draftOf({ lookbackDays: 30, scores: 4, dailyAt: "05:00", orders, refunds: { event: "Refunded" } });
  expect(bodyOf(draft, "zh")).toMatchObject({ orders, refunds: { event: "Refunded" }, scores: 4 });
  expect(bodyOf({ ...draft, order: "Order Completed" }, "zh")).toMatchObject({ orders: { event: "Order Completed" } });
  expect(bodyOf({ ...draft, order: undefined }, "zh")).not.toHaveProperty("orders");
});
