import { expect, test } from "vitest";
import { measureOf, type Unit } from "../../ui/format/measures.ts";
import { effectMeasure, effectWriter, probabilitySaid, rangeWords, reachOf, unitOf } from "./effect-words.ts";

const measure = (unit: Unit) => measureOf(unit, { language: "en", currency: "CNY" });
const told = (unit: "people" | "money" | "share", statistic: "proportion" | "mean") => ({ unit, statistic });

test("effects have a sign and the unit in which they are told", () => {
  expect(effectWriter("relative", told("money", "mean"), measure)(-0.123)).toBe("−12.3%");
  expect(effectWriter("absolute", told("people", "proportion"), measure)(0.0123)).toBe("+1.23 pp");
  expect(effectWriter("relative", told("money", "mean"), measure)(0)).toBe("0.0%");
});

test("along an axis effects have the same unit as in words", () => {
  const money = effectMeasure("absolute", told("money", "mean"), measure);
  expect(money.exact(250)).toBe("¥2.50");
  expect(money.axis(250).tick(250)).toBe("2.5");
  const points = effectMeasure("absolute", told("people", "proportion"), measure);
  expect(points.exact(-0.0123)).toBe("−1.23 pp");
  expect([points.axis(0.02).unit, points.axis(0.02).tick(0.015)]).toEqual(["pp", "1.5"]);
  expect(effectMeasure("relative", told("money", "mean"), measure).exact(0.1)).toBe(measure("share").exact(0.1));
});

test("people who did something are a share of those exposed", () => {
  expect(unitOf({ unit: "people", statistic: "proportion" })).toBe("share");
  expect(unitOf({ unit: "count", statistic: "mean" })).toBe("number");
  expect(unitOf({ unit: "money", statistic: "mean" })).toBe("money");
});

test("intervals are drawn as far as the widest bound that is known", () => {
  const effect = { estimate: 0.1, p: null, pAdjusted: null, chanceToWin: null, risk: null, call: "unclear" as const };
  expect(reachOf([null, { ...effect, low: -0.4, high: null }, { ...effect, low: 0, high: 0.2 }])).toBe(0.4);
  expect(reachOf([])).toBe(0);
});

test("a side that nothing bounds is infinite that way", () => {
  expect(rangeWords({ low: null, high: 0.2 }, (value) => `+${value}`)).toBe("−∞ – +0.2");
  expect(rangeWords({ low: 0.1, high: null }, (value) => `+${value}`)).toBe("+0.1 – ∞");
});

test("how likely chance alone is, is never said to be nothing", () => {
  expect([probabilitySaid(0.0321), probabilitySaid(0.0004)]).toEqual(["p = 0.032", "p < 0.001"]);
});
