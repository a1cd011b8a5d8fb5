import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkChange, stateAfter, type ChangedExperiment } from "./experiment.ts";
import { armOf, type Moments } from "./arms-of-moments.ts";
import { tellResults, type ReadingSettings } from "./tell-results.ts";

const SETTINGS: ReadingSettings = {
  weights: [1, 1],
  metrics: [{ role: "primary", better: "up" }],
  method: "frequentist",
  level: 0.95,
  correction: "none",
  difference: "relative",
  prior: null,
  isEarly: false,
};

const share = (n: number, sum: number): Moments => ({ n, waiting: 0, sums: [sum], products: [[sum]] });
function read(variants: readonly Moments[], people = variants.map(({ n }) => n)) {
  return {
    variants: people.map((each) => ({ people: each })),
    metrics: [{ statistic: "proportion" as const, known: true, yesOrNo: [true], variants }],
  };
}

test("a clear effect wins or harms by which way is better, a small one is unclear", () => {
  const clear = read([share(10_000, 1_000), share(10_000, 1_200)]);
  expect(tellResults(clear, SETTINGS).verdict).toEqual({ kind: "wins", variant: 1 });
  expect(tellResults(clear, { ...SETTINGS, metrics: [{ role: "primary", better: "down" }] }).verdict).toEqual({
    kind: "harms",
    variant: 1,
  });
  expect(tellResults(read([share(10_000, 1_000), share(10_000, 1_010)]), SETTINGS).verdict).toEqual({ kind: "no_difference" });
});

test("a sequential reading is narrowest at the people who were planned of both compared variants", () => {
  const widthOf = (n: number, plannedPeople: number | null): number => {
    const settings: ReadingSettings = { ...SETTINGS, method: "sequential", weights: [2, 1, 1], plannedPeople };
    const effect = tellResults(read([share(n, n / 10), share(n, n / 10), share(n, n / 10)]), settings).metrics[0]?.variants[1]?.effect;
    return (effect?.high ?? Infinity) - (effect?.low ?? 0);
  };
  // Three of four parts of 400,000 are 300,000: 150,000 each.
  expect(widthOf(150_000, 400_000)).toBeLessThan(widthOf(150_000, null));
  for (const other of [300_000, 550_000]) expect(widthOf(150_000, 400_000)).toBeLessThan(widthOf(150_000, other));
  expect(widthOf(2_500, 400_000)).toBeGreaterThan(widthOf(2_500, null));
});

test("variants that are the same win nothing: they are even, or one of them is off in any metric", () => {
  const aa: ReadingSettings = { ...SETTINGS, kind: "aa", weights: [1, 1, 1] };
  const even = read([share(10_000, 1_000), share(10_000, 1_010), share(10_000, 990)]);
  expect(tellResults(even, aa).verdict).toEqual({ kind: "aa_even" });
  const off = read([share(10_000, 1_000), share(10_000, 1_150), share(10_000, 1_300)]);
  expect(tellResults(off, aa).verdict).toEqual({ kind: "aa_off", variant: 2 });
  expect(tellResults(off, { ...aa, method: "sequential" }).verdict).toEqual({ kind: "aa_off", variant: 2 });
  // Which way is better says nothing of them, nor what a metric is for; of two that are as sure the first is named.
  expect(tellResults(off, { ...aa, metrics: [{ role: "primary", better: "down" }] }).verdict).toEqual({ kind: "aa_off", variant: 2 });
  const both = { ...even, metrics: [...even.metrics, ...read([share(10_000, 1_000), share(10_000, 700), share(10_000, 700)]).metrics] };
  const metrics: ReadingSettings["metrics"] = [...SETTINGS.metrics, { role: "secondary", better: "up" }];
  expect(tellResults(both, { ...aa, metrics }).verdict).toEqual({ kind: "aa_off", variant: 1 });
  expect(tellResults({ ...off, variants: [{ people: 10_000 }, { people: 9_000 }, { people: 10_000 }] }, aa).verdict).toEqual({
    kind: "split_off",
  });
  expect(tellResults(off, { ...aa, isEarly: true }).verdict).toEqual({ kind: "too_early" });
});

test("a prior moves what is believed as far as it is strong: normal prior times normal likelihood", () => {
  const variants = [share(10_000, 1_000), share(10_000, 1_200)];
  const believed = (prior: ReadingSettings["prior"], difference: ReadingSettings["difference"] = "relative") => {
    const effect = tellResults(read(variants), { ...SETTINGS, method: "bayesian", prior, difference }).metrics[0]?.variants[1]?.effect;
    if (effect === undefined || effect === null) throw new Error("there is an effect");
    return effect;
  };
  const flat = believed(null);
  // The effect and its error by the delta method: a quotient of shares.
  const [control, treatment, n] = [0.1, 0.12, 10_000];
  const error = (treatment / control) * Math.sqrt((1 - treatment) / (treatment * n) + (1 - control) / (control * n));
  for (const prior of [
    { mean: 0, deviation: 0.02 },
    { mean: -0.1, deviation: 0.05 },
    { mean: 0.5, deviation: 2 },
  ]) {
    const [ofPrior, ofData] = [1 / prior.deviation ** 2, 1 / error ** 2];
    const { estimate, low, high } = believed(prior);
    expect(estimate).toBeCloseTo((prior.mean * ofPrior + flat.estimate * ofData) / (ofPrior + ofData), 3);
    expect(((high ?? 0) - (low ?? 0)) / 2).toBeCloseTo(1.96 * Math.sqrt(1 / (ofPrior + ofData)), 3);
  }
  // So sure that there is none, clear data are not believed; told in absolute terms the same is meant.
  expect(flat.call).toBe("better");
  expect(believed({ mean: 0, deviation: 0.01 }).call).toBe("unclear");
  const absolute = believed({ mean: 0, deviation: 0.02 }, "absolute");
  expect(absolute.estimate).toBeLessThan(0.3 * 0.02);
});

test("the split is judged by what whole buckets gave at the coverages, not by the weights they were cut from", () => {
  // Of 100 buckets 33 and 67: a million people show it.
  const people = [330_000, 670_000];
  const given = read(
    people.map((n) => share(n, n / 10)),
    people,
  );
  const settings: ReadingSettings = { ...SETTINGS, weights: [1, 2] };
  expect(tellResults(given, settings).split.blocks).toBe(true);
  expect(tellResults(given, { ...settings, coverages: [100] }).split.p).toBeCloseTo(1, 6);
  expect(tellResults(given, { ...settings, coverages: [100, 10_000] }).split.blocks).toBe(false);
  expect(
    tellResults(read(given.metrics[0]?.variants ?? [], [300_000, 700_000]), { ...settings, coverages: [100, 10_000] }).verdict.kind,
  ).toBe("split_off");
});

test("a split that is off, an early look and no people leave no verdict", () => {
  const clear = [share(10_000, 1_000), share(10_000, 1_200)];
  expect(tellResults(read(clear, [10_000, 9_000]), SETTINGS).verdict.kind).toBe("split_off");
  const early = tellResults(read(clear), { ...SETTINGS, isEarly: true });
  expect(early.verdict.kind).toBe("too_early");
  expect(early.metrics[0]?.variants[1]?.effect).toMatchObject({ call: "unclear", p: expect.any(Number) });
  expect(tellResults(read([share(1, 1), share(1, 0)]), SETTINGS).verdict.kind).toBe("no_data");
});

test("where groups or sessions were exposed instead of people, that is why nothing is told", () => {
  const nobody = read([share(0, 0), share(0, 0)]);
  expect(tellResults(nobody, SETTINGS).metrics[0]?.variants[1]?.untold).toBe("too_few_units");
  expect(tellResults({ ...nobody, otherUnits: 8 }, SETTINGS)).toMatchObject({
    verdict: { kind: "no_data" },
    metrics: [{ variants: [{}, { effect: null, untold: "unit_not_person" }] }],
  });
});

test("a guardrail that is worse keeps a variant from winning, and pays for no correction", () => {
  const variants = [share(10_000, 1_000), share(10_000, 1_200)];
  const both = read(variants);
  const guarded = {
    ...both,
    metrics: [...both.metrics, ...read([share(10_000, 1_000), share(10_000, 900)]).metrics],
  };
  const settings: ReadingSettings = {
    ...SETTINGS,
    correction: "bonferroni",
    metrics: [...SETTINGS.metrics, { role: "guardrail", better: "up" }],
  };
  const told = tellResults(guarded, settings);
  expect(told.verdict).toEqual({ kind: "harms", variant: 1 });
  const guard = told.metrics[1]?.variants[1]?.effect;
  expect(guard?.pAdjusted).toBe(guard?.p);
});

test("of several variants the best that harms nothing wins, of those that are level the first, and the worst is told where none wins", () => {
  const verdict = (primary: readonly number[], guardrail: readonly number[], better: "up" | "down" = "up") => {
    const metricOf = (sums: readonly number[]) => read(sums.map((sum) => share(10_000, sum)));
    const both = metricOf(primary);
    return tellResults(
      { ...both, metrics: [...both.metrics, ...metricOf(guardrail).metrics] },
      {
        ...SETTINGS,
        weights: primary.map(() => 1),
        metrics: [
          { role: "primary", better },
          { role: "guardrail", better: "up" },
        ],
      },
    ).verdict;
  };
  const level = [1_000, 1_000, 1_000];
  expect(verdict([1_000, 1_200, 1_400], level)).toEqual({ kind: "wins", variant: 2 });
  expect(verdict([1_000, 1_400, 1_200], level)).toEqual({ kind: "wins", variant: 1 });
  expect(verdict([1_000, 1_300, 1_300], level)).toEqual({ kind: "wins", variant: 1 });
  expect(verdict([1_000, 1_200, 1_400], [1_000, 1_000, 800])).toEqual({ kind: "wins", variant: 1 });
  expect(verdict([1_000, 1_400, 1_000], [1_000, 800, 1_000])).toEqual({ kind: "harms", variant: 1 });
  expect(verdict([1_000, 800, 600], level)).toEqual({ kind: "harms", variant: 2 });
  expect(verdict([1_000, 700, 700], level)).toEqual({ kind: "harms", variant: 1 });
  expect(verdict([1_000, 800, 600], level, "down")).toEqual({ kind: "wins", variant: 2 });
  expect(verdict([1_000, 1_005, 1_010], level)).toEqual({ kind: "no_difference" });
});

test("correction makes p larger, intervals wider and never calls what it did not call before", () => {
  const moments = fc.integer({ min: 50, max: 400 }).map((sum) => share(1_000, sum));
  fc.assert(
    fc.property(fc.array(fc.tuple(moments, moments), { minLength: 2, maxLength: 6 }), (pairs) => {
      const experiment = {
        variants: [{ people: 1_000 }, { people: 1_000 }],
        metrics: pairs.flatMap((variants) => read(variants).metrics),
      };
      const metrics = pairs.map(() => ({ role: "secondary" as const, better: "up" as const }));
      const plain = tellResults(experiment, { ...SETTINGS, metrics });
      for (const correction of ["bonferroni", "holm", "benjamini_hochberg"] as const) {
        const told = tellResults(experiment, { ...SETTINGS, metrics, correction });
        told.metrics.forEach(({ variants }, at) => {
          const [was, is] = [plain.metrics[at]?.variants[1]?.effect, variants[1]?.effect];
          if (!was || !is) return;
          expect(is.pAdjusted).toBeGreaterThanOrEqual(was.p ?? 0);
          expect(is.low ?? -Infinity).toBeLessThanOrEqual((was.low ?? -Infinity) + 1e-12);
          if (is.call !== "unclear") expect(is.call).toBe(was.call);
        });
      }
    }),
  );
});

test("sums of values and of what was before become the arms that the statistics take, whatever the people", () => {
  const person = fc.tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(person, { minLength: 2, maxLength: 20 }), (people) => {
      const sum = (of: (values: readonly number[]) => number): number => people.reduce((all, values) => all + of(values), 0);
      const at = [0, 1, 2, 3];
      const moments: Moments = {
        n: people.length,
        waiting: 0,
        sums: at.map((a) => sum((values) => values[a] ?? 0)),
        products: at.map((a) => at.slice(a).map((b) => sum((values) => (values[a] ?? 0) * (values[b] ?? 0)))),
      };
      const arm = armOf({ statistic: "ratio", known: true, yesOrNo: [false, false, false, false], variants: [moments] }, 0, undefined);
      const product = (a: number, b: number): number => sum((values) => (values[a] ?? 0) * (values[b] ?? 0));
      const measure = (a: number) => ({ kind: "mean", sum: sum((values) => values[a] ?? 0), sumSquares: product(a, a) });
      expect(arm).toEqual({
        kind: "adjusted_ratio",
        n: people.length,
        numerator: { post: measure(0), pre: measure(2) },
        denominator: { post: measure(1), pre: measure(3) },
        products: {
          post: product(0, 1),
          pre: product(2, 3),
          numerator: product(0, 2),
          denominator: product(1, 3),
          numeratorPostDenominatorPre: product(0, 3),
          numeratorPreDenominatorPost: product(1, 2),
        },
      });
    }),
  );
});

test("what is believed has a chance and a risk instead of a p", () => {
  const told = tellResults(read([share(10_000, 1_000), share(10_000, 1_200)]), { ...SETTINGS, method: "bayesian" });
  const effect = told.metrics[0]?.variants[1]?.effect;
  expect(effect).toMatchObject({ p: null, pAdjusted: null, call: "better" });
  expect(effect?.chanceToWin).toBeGreaterThan(0.99);
  expect(effect?.risk).toBeLessThan(0.001);
});

const DEFINITION = {
  level: 0.95,
  metrics: [
    { role: "primary" as const, of: "buyers" },
    { role: "secondary" as const, of: "orders" },
  ],
};
const EXPERIMENT: ChangedExperiment = {
  key: "home",
  name: "Home",
  hypothesis: "More buy",
  definition: DEFINITION,
};

test("after the start the name may change and guardrails may be added, and after the stop nothing", () => {
  const definition = DEFINITION;
  const measured = (metrics: ChangedExperiment["definition"]["metrics"]): ChangedExperiment => ({
    ...EXPERIMENT,
    definition: { ...definition, metrics },
  });
  const guardrail = { role: "guardrail" as const, of: "refunds" };
  const renamed = { ...measured([...definition.metrics, guardrail]), name: "Front" };
  const relevelled = { ...EXPERIMENT, definition: { ...definition, level: 0.9 } };
  expect(checkChange("running", EXPERIMENT, renamed).ok).toBe(true);
  expect(checkChange("running", EXPERIMENT, relevelled)).toMatchObject({ fault: { code: "experiment.locked", field: "definition.level" } });
  expect(checkChange("running", EXPERIMENT, { ...EXPERIMENT, hypothesis: "Fewer buy" })).toMatchObject({ fault: { field: "hypothesis" } });
  expect(checkChange("stopped", EXPERIMENT, renamed)).toMatchObject({ fault: { code: "experiment.state_changed" } });
  const primary = { role: "primary" as const, of: "buyers" };
  const secondary = { role: "secondary" as const, of: "orders" };
  const relabelled = { ...secondary, role: "guardrail" as const };
  const more = { ...secondary, of: "visits" };
  for (const metrics of [[primary], [primary, relabelled], [secondary, primary], [...DEFINITION.metrics, more]])
    expect(checkChange("paused", EXPERIMENT, measured(metrics))).toMatchObject({
      fault: { code: "experiment.locked", field: "definition.metrics" },
    });
  expect(checkChange("running", renamed, { ...EXPERIMENT, name: "Front" })).toMatchObject({ fault: { field: "definition.metrics" } });
  expect(checkChange("draft", EXPERIMENT, relevelled).ok).toBe(true);
  expect(checkChange("archived", EXPERIMENT, renamed).ok).toBe(false);
});

test("an experiment goes from draft to running, paused and stopped, and does not come back", () => {
  expect(stateAfter("draft", "start")).toEqual({ ok: true, value: "running" });
  expect(stateAfter("paused", "stop")).toEqual({ ok: true, value: "stopped" });
  expect(stateAfter("stopped", "start")).toMatchObject({ fault: { code: "experiment.state_changed" } });
  expect(stateAfter("running", "archive").ok).toBe(false);
});

describe("where shares changed over time", () => {
  const moments = (n: number, sum: number) => ({ n, waiting: 0, sums: [sum], products: [[sum]] });
  // Everyone does it more often on the second day, when most come to the second variant.
  const periods = [
    [moments(5_000, 500), moments(5_000, 500)],
    [moments(1_000, 300), moments(9_000, 2_700)],
  ];
  const metric = {
    statistic: "proportion" as const,
    known: true,
    yesOrNo: [true],
    variants: [moments(6_000, 800), moments(14_000, 3_200)],
  };
  const settings = { ...SETTINGS, method: "sequential" as const };
  const variants = [{ people: 6_000 }, { people: 14_000 }];

  test("variants are compared within periods, and the split is judged by the shares of each", () => {
    const naive = tellResults({ variants, metrics: [metric] }, settings);
    expect([naive.verdict.kind, naive.metrics[0]?.variants[1]?.effect?.call]).toEqual(["split_off", "better"]);
    const told = tellResults(
      {
        variants,
        metrics: [metric],
        periods: periods.map((of) => ({ variants: of.map(({ n }) => ({ people: n })), metrics: [{ variants: of }] })),
      },
      {
        ...settings,
        periods: [
          [5_000, 5_000],
          [1_000, 9_000],
        ],
      },
    );
    expect(told.split).toMatchObject({ p: 1, blocks: false });
    expect(told.verdict.kind).toBe("no_difference");
    expect(told.metrics[0]?.variants.map(({ value }) => value)).toEqual([expect.closeTo(0.2, 9), expect.closeTo(0.2, 9)]);
    expect(told.metrics[0]?.variants[1]?.effect).toMatchObject({ estimate: expect.closeTo(0, 9), call: "unclear" });
  });
});
