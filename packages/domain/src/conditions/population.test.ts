import { expect, test } from "vitest";
import type { Band, PersonCondition } from "./condition.ts";
import { conditionWords } from "./condition-words.ts";
import { printCondition } from "./print-condition.ts";
import { standsIn } from "./population.ts";
import { readPersonCondition } from "./read-condition.ts";

/** Which of some numbers stand in a band. */
function standing(numbers: readonly number[], band: Band): readonly number[] {
  return numbers.filter((number) =>
    standsIn(band, {
      people: numbers.length,
      above: numbers.filter((other) => other > number).length,
      below: numbers.filter((other) => other < number).length,
    }),
  );
}

test("equal numbers stand together", () => {
  const numbers = [5, 4, 4, 2, 1];
  expect(standing(numbers, { top: { people: 1 } })).toEqual([5]);
  expect(standing(numbers, { top: { people: 2 } })).toEqual([5, 4, 4]);
  expect(standing(numbers, { top: { percent: 20 } })).toEqual([5]);
  expect(standing(numbers, { top: { percent: 20.01 } })).toEqual([5, 4, 4]);
  expect(standing(numbers, { bottom: { percent: 50 } })).toEqual([4, 4, 2, 1]);
  expect(standing([3, 3, 3], { top: { percent: 1 } })).toEqual([3, 3, 3]);
  expect(standing([3, 3, 3], { quantiles: [80, 100] })).toEqual([]);
});

test("bands that meet have everyone once", () => {
  const numbers = [1, 1, 2, 3, 3, 3, 8, 9, 9, 10, 11];
  const bands = [0, 20, 40, 60, 80].map((from): Band => ({ quantiles: [from, from + 20] }));
  expect(bands.flatMap((band) => standing(numbers, band))).toEqual(numbers);
});

const by = { did: { event: "Paid" }, measure: { kind: "count" } } as const;

test.each([
  [{ population: by }, "rule.stands"],
  [{ population: {}, stands: { top: { percent: 10 } } }, "rule.population"],
  [{ population: { trait: "" }, stands: { top: { percent: 10 } } }, "rule.population.trait"],
  [{ population: { ...by, daysSince: "first" }, stands: { top: { percent: 10 } } }, "rule.population.measure"],
  [{ population: { did: { event: "Paid" }, daysSince: "first" }, stands: { top: { percent: 10 } } }, "rule.population.daysSince"],
  [
    { population: { did: { event: "Paid" }, measure: { kind: "sum" } }, stands: { top: { percent: 10 } } },
    "rule.population.measure.property",
  ],
  [{ population: by, stands: { top: { percent: 0 } } }, "rule.stands.top.percent"],
  [{ population: by, stands: { top: { percent: 1.005 } } }, "rule.stands.top.percent"],
  [{ population: by, stands: { bottom: { people: 0 } } }, "rule.stands.bottom.people"],
  [{ population: by, stands: { top: { people: 1 }, bottom: { people: 1 } } }, "rule.stands"],
  [{ population: by, stands: { quantiles: [20, 20] } }, "rule.stands.quantiles"],
  [{ population: by, stands: { top: { percent: 10 } }, among: { segment: "x" } }, "rule.among.segment"],
  [{ population: { trait: "points" }, stands: { top: { percent: 10 } }, among: { segment: "1", zero: true } }, "rule.among.zero"],
  [{ population: by, stands: { top: { percent: 10 } }, within: { days: 3 } }, "rule.within"],
])("refuses %j and names the field", (condition, field) => {
  expect(readPersonCondition(condition, "rule")).toMatchObject({ ok: false, fault: { code: "condition.invalid", field } });
});

test("everyone is compared at most five times in one condition", () => {
  const leaf = { population: by, stands: { top: { percent: 10 } } };
  expect(readPersonCondition({ all: [leaf, leaf, leaf, leaf, leaf] }, "rule").ok).toBe(true);
  expect(readPersonCondition({ all: [leaf, leaf, leaf, leaf, leaf, leaf] }, "rule")).toMatchObject({
    ok: false,
    fault: { code: "condition.too_large", field: "rule.all[5]" },
  });
});

test("is said in words, and printed the same however it is written", () => {
  const leaf: PersonCondition = {
    population: { did: { event: "Paid" }, measure: { kind: "sum", property: "amount" }, within: { daysAgo: [0, 29] } },
    stands: { top: { percent: 10 } },
    among: { segment: "7" },
  };
  expect(conditionWords(leaf, "en")).toBe(
    "sum of amount of Paid, among the highest 10 % of all people, compared with segment 7 only, from 29 to 0 days ago",
  );
  expect(conditionWords(leaf, "zh")).toBe("Paid 的 amount 之和，在所有人中最高的 10%，只与分群 7 的人比较，29 天前至 0 天前");
  const same: PersonCondition = {
    ...leaf,
    population: { did: { event: "Paid" }, measure: { kind: "sum", property: "amount" }, within: { days: 30 } },
  };
  expect(printCondition(leaf)).toBe(printCondition(same));
});
