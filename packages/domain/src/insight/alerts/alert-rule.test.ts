import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alarmsOf, checkRule, fittingUnit, judge, lookBackOf, nextStep, type AlertPoint, type AlertRule } from "./alert-rule.ts";
import { alertNotice } from "./alert-words.ts";

const DAY_MS = 86_400_000;
function series(values: readonly (number | null)[], isLastOver = true): readonly AlertPoint[] {
  return values.map((value, index) => ({ fromMs: index * DAY_MS, value, complete: isLastOver || index < values.length - 1 }));
}
const above: AlertRule = { kind: "threshold", side: "above", value: 10, consecutive: 1 };
const verdicts = (values: readonly (number | null)[], rule: AlertRule, isLastOver = true) =>
  judge(series(values, isLastOver), rule, "day").map(({ verdict }) => verdict);
const begins = (values: readonly (number | null)[], rule: AlertRule) =>
  alarmsOf(judge(series(values), rule, "day"), rule.consecutive).map(({ first, end }) => [
    first.fromMs / DAY_MS,
    end === undefined ? null : end.fromMs / DAY_MS,
  ]);

describe("a rule", () => {
  test("of a threshold holds beyond it, ends past where it is to end, and not between", () => {
    const rule: AlertRule = { ...above, until: 5 };
    expect(verdicts([10, 11, 7, 5, 7], rule)).toEqual(["between", "alarm", "between", "calm", "between"]);
    expect(begins([4, 11, 7, 12, 5, 7, 12], rule)).toEqual([
      [1, 4],
      [6, null],
    ]);
    expect(checkRule({ ...above, until: 20 })).toMatchObject({ ok: false, fault: { code: "alert.rule_invalid", field: "rule.until" } });
  });

  test("of a change compares with the interval before or the same weekday, and with nothing says nothing", () => {
    const change: AlertRule = { kind: "change", side: "down", against: "previous", share: 0.3, consecutive: 1 };
    expect(verdicts([100, 70, 71, null, 10, 0, 5], change)).toEqual(["unknown", "alarm", "calm", "unknown", "unknown", "alarm", "unknown"]);
    const week = verdicts([100, 1, 1, 1, 1, 1, 1, 60, 1], { ...change, against: "week_before" });
    expect(week).toEqual([...Array.from({ length: 7 }, () => "unknown"), "alarm", "calm"]);
  });

  test("of an anomaly knows what is usual, day of the week by day of the week", () => {
    const usual = Array.from({ length: 90 }, (_, day) => (day % 7 < 5 ? 100 : 300) + ((day * 13) % 7));
    const rule: AlertRule = { kind: "anomaly", side: "either", consecutive: 1 };
    expect(begins(usual, rule)).toEqual([]);
    const at = 84;
    expect(begins(usual.with(at, 300), rule)).toEqual([[at, at + 1]]);
    expect(begins(usual.with(at, 300), { ...rule, side: "down" })).toEqual([]);
    expect(lookBackOf(rule, "day")).toBeGreaterThanOrEqual(56);
  });

  test("judges what is still going on only where it cannot come back", () => {
    expect(verdicts([1, 11], above, false)).toEqual(["calm", "alarm"]);
    expect(verdicts([1, 9], above, false)).toEqual(["calm", "unknown"]);
    expect(verdicts([11, 1], { ...above, side: "below" }, false)).toEqual(["calm", "unknown"]);
  });
});

describe("times of alarm", () => {
  const value = fc.option(fc.integer({ min: 0, max: 20 }), { freq: 6 });
  test("looking on with every interval finds the same as looking back at the end, each once", () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 10 }),
        (values, consecutive, until) => {
          const rule: AlertRule = { kind: "threshold", side: "above", value: 10, until, consecutive };
          const seen: [number, number | null][] = [];
          for (let length = 1; length <= values.length; length++) {
            const judged = judge(series(values.slice(0, length)), rule, "day");
            // More than one step may be due; each is taken in turn.
            for (let tries = 0; tries < 2; tries++) {
              const last = seen.at(-1);
              const open = last !== undefined && last[1] === null ? last[0] : undefined;
              const next = nextStep(judged, consecutive, open === undefined ? undefined : open * DAY_MS);
              if (next?.step === "begin") seen.push([next.at.fromMs / DAY_MS, null]);
              if (next?.step === "end" && last !== undefined) last[1] = next.at.fromMs / DAY_MS;
            }
          }
          expect(seen).toEqual(begins(values, rule));
        },
      ),
    );
  });

  test("need so many in a row, which an unknown one does not break", () => {
    const rule: AlertRule = { ...above, consecutive: 3 };
    expect(begins([11, 11, 9, 11, 11, null, 11, 11, 3], rule)).toEqual([[6, 8]]);
  });
});

test("an alarm says what happened and what was asked", () => {
  const told = { name: "订单量", unit: "count", currency: "CNY", rule: above, interval: "day" } as const;
  const event = { value: 12_000, low: null, high: null, at: "2026-07-14" };
  expect(alertNotice(told, event, { step: "begin", language: "zh", url: undefined })).toMatchObject({
    title: "告警：订单量",
    lines: ["2026-07-14：1.2 万", "规则：高于 10"],
  });
  expect(alertNotice(told, event, { step: "end", language: "en", url: "https://x.test" }).title).toBe("Alert over: 订单量");
});

test("an alert has the unit of what it watches, and the limits of a share are parts of 1", () => {
  const half: AlertRule = { kind: "threshold", side: "above", value: 0.5, consecutive: 1 };
  expect(fittingUnit(half, undefined, "share")).toEqual({ ok: true, value: "share" });
  expect(fittingUnit(half, undefined, null)).toEqual({ ok: true, value: "number" });
  expect(fittingUnit(half, "money", "share")).toMatchObject({ ok: false, fault: { code: "alert.rule_invalid", field: "unit" } });
  expect(fittingUnit({ ...half, value: 50 }, "share", "share")).toMatchObject({ ok: false, fault: { field: "rule.value" } });
  expect(fittingUnit({ ...half, until: -50 }, "share", null)).toMatchObject({ ok: false, fault: { field: "rule.until" } });
});
