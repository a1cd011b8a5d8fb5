import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chartSvg, planLineChart } from "./chart-plan.ts";
import { bestExplanation, decompose, decomposeRatio } from "./contribution.ts";
import { changeText, figureText, spanText } from "./figure-text.ts";
import { findingsOf } from "./findings.ts";
import { reportHtml } from "./report-html.ts";
import { layOut } from "./report-layout.ts";
import { daysAround, lastSettled, lastYearOf, periodAround, periodBefore, REPORT_KINDS } from "./report-period.ts";
import { findingText, reportNotice } from "./report-words.ts";
import type { ReportContent, ReportFigure } from "./report.ts";

const SHANGHAI = { zone: "Asia/Shanghai", weekStart: "monday" } as const;
const amount = fc.integer({ min: 0, max: 1_000_000_000 });

describe("a change taken apart", () => {
  const parts = fc.array(fc.record({ value: fc.option(fc.string({ maxLength: 3 })), other: fc.boolean(), now: amount, before: amount }), {
    maxLength: 12,
  });

  test("adds up to the change of the whole, to the last unit", () => {
    fc.assert(
      fc.property(parts, amount, amount, (given, now, before) => {
        const { total, parts: told, overlap } = decompose({ now, before }, given);
        expect(told.reduce((sum, { delta }) => sum + delta, 0) + overlap).toBe(total.delta);
        expect(total.delta).toBe(now - before);
      }),
    );
  });

  test("has no overlap where the parts are the whole, and explains by what goes the same way", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const sum = (pick: "now" | "before") => given.reduce((all, part) => all + part[pick], 0);
        const told = decompose({ now: sum("now"), before: sum("before") }, given);
        expect(told.overlap).toBe(0);
        const best = bestExplanation(told);
        if (best === undefined) return;
        expect(Math.sign(best.delta)).toBe(Math.sign(told.total.delta));
        expect(best.share).toBeGreaterThanOrEqual(0.25);
      }),
    );
  });

  test("of a quotient is rate and mix, and together all of it", () => {
    const pair = fc
      .record({ of: fc.integer({ min: 0, max: 1_000 }), per: fc.integer({ min: 0, max: 1_000 }) })
      .map(({ of, per }) => ({ of: per === 0 ? 0 : of, per }));
    fc.assert(
      fc.property(fc.array(fc.record({ value: fc.string(), now: pair, before: pair }), { minLength: 1, maxLength: 8 }), (given) => {
        const sum = (pick: (part: (typeof given)[number]) => number) => given.reduce((all, part) => all + pick(part), 0);
        const told = decomposeRatio(given);
        const [perNow, perBefore] = [sum((part) => part.now.per), sum((part) => part.before.per)];
        if (perNow === 0 || perBefore === 0) {
          expect(told).toBeUndefined();
          return;
        }
        const change = sum((part) => part.now.of) / perNow - sum((part) => part.before.of) / perBefore;
        expect(told?.reduce((all, { rate, mix }) => all + rate + mix, 0)).toBeCloseTo(change, 9);
      }),
    );
  });
});

describe("the period of a report", () => {
  test("is the last one that is over and settled, in the zone of the workspace", () => {
    // Monday, 2 March 2026, 00:30 in Shanghai.
    const nowMs = Date.parse("2026-03-01T16:30:00Z");
    const of = (settleMs: number) => REPORT_KINDS.map((kind) => lastSettled(kind, SHANGHAI, { nowMs, settleMs }).from);
    expect(of(0)).toEqual(["2026-03-01", "2026-02-23", "2026-02-01", "2025-10-01", "2025-01-01"]);
    expect(of(3_600_000)).toEqual(["2026-02-28", "2026-02-16", "2026-02-01", "2025-10-01", "2025-01-01"]);
  });

  test("has one before it that touches it, and one of last year that begins on the same day of the week or date", () => {
    const date = fc.integer({ min: Date.UTC(2012, 0), max: Date.UTC(2030, 0) }).map((ms) => new Date(ms).toISOString().slice(0, 10));
    fc.assert(
      fc.property(fc.constantFrom(...REPORT_KINDS), date, (kind, day) => {
        const period = periodAround(kind, day);
        if (period === undefined) throw new Error("a date is in a period");
        expect(period.from <= day && day < period.to).toBe(true);
        expect(periodBefore(kind, period, 1).to).toBe(period.from);
        const then = lastYearOf(kind, period);
        expect(then === undefined).toBe(kind === "yearly");
        if (then === undefined) return;
        const weekday = (iso: string) => new Date(`${iso}T00:00:00Z`).getUTCDay();
        if (kind === "daily" || kind === "weekly") expect(weekday(then.from)).toBe(weekday(period.from));
        else expect(then.from.slice(5)).toBe(period.from.slice(5));
      }),
    );
    expect(periodAround("daily", "2026-02-30")).toBeUndefined();
    expect(periodAround("yearly", "0001-05-05")).toBeUndefined();
    expect(periodAround("yearly", "2000-01-01")).toEqual({ from: "2000-01-01", to: "2001-01-01" });
  });
});

test("the days before something that was done are the same weekdays as those after it", () => {
  const span = (from: string, to: string) => ({ from, to });
  // A Wednesday of a week that ends on Sunday.
  expect(daysAround("2026-07-08", "2026-07-13")).toEqual({
    before: span("2026-07-01", "2026-07-06"),
    after: span("2026-07-08", "2026-07-13"),
  });
  expect(daysAround("2026-07-08", "2026-08-01")).toEqual({
    before: span("2026-06-17", "2026-07-08"),
    after: span("2026-07-08", "2026-07-29"),
  });
  expect(daysAround("2026-01-01", "2027-01-01")?.after).toEqual(span("2026-01-01", "2026-01-29"));
  expect(daysAround("2026-07-13", "2026-07-13")).toBeUndefined();
});

function figure(id: string, rest: Partial<ReportFigure> = {}): ReportFigure {
  const steps = [120, 130, null, 150].map((value, index) => ({ date: `2026-07-0${index + 6}`, value }));
  const name = { zh: "收入", en: "Revenue" };
  const told = { value: 64_800_000, previous: 59_670_000, lastYear: null, usual: null, goal: null };
  return { id, name, unit: "money", better: "up", section: "main", ...told, steps, previousSteps: [100, 110, 120, 130], ...rest };
}
function content(figures: readonly ReportFigure[], rest: Partial<ReportContent> = {}): ReportContent {
  const tables = [
    {
      figure: "revenue",
      by: "channel",
      rows: [{ value: "小红书 <b>", other: false, now: 30_000_000, before: 26_000_000, delta: 4_000_000 }],
      overlap: 0,
    },
  ];
  return {
    version: 1,
    kind: "weekly",
    period: { from: "2026-07-06", to: "2026-07-13" },
    previous: { from: "2026-06-29", to: "2026-07-06" },
    lastYear: null,
    next: { from: "2026-07-13", to: "2026-07-20" },
    zone: "Asia/Shanghai",
    currency: "CNY",
    workspace: "叠翠茶铺",
    figures,
    tables,
    findings: findingsOf(figures, tables),
    outlook: [],
    outlookUntold: [],
    effects: [],
    effectsLeft: 0,
    ...rest,
  };
}

describe("findings", () => {
  test("name the largest movement outside of what is usual first, and what explains it", () => {
    const usual = { low: 40_000_000, high: 61_000_000 };
    const report = content([figure("orders", { value: 300, previous: 100, usual: { low: 50, high: 400 } }), figure("revenue", { usual })]);
    const texts = report.findings.map((finding) => findingText(report, finding, "zh").text);
    expect(texts[0]).toBe("收入 ¥64.8 万，比上周 ↑ 8.6%，高于通常范围（¥40 万 – ¥61 万）。");
    expect(texts[1]).toBe("其中渠道「小红书 <b>」变化 +¥4 万，占收入变化的 78%。");
    expect(report.findings[2]).toMatchObject({ kind: "moved", figure: "orders", range: "within", level: "neutral" });
    expect(findingText(report, report.findings[0] ?? { kind: "quiet" }, "en").text).toBe(
      "Revenue: ¥648K, ↑ 8.6% on the week before, above its usual range (¥400K – ¥610K).",
    );
  });

  test("say that nothing moved when nothing did, and never judge a figure that has no good side", () => {
    expect(content([figure("revenue", { value: 100, previous: 100 })]).findings).toEqual([{ kind: "quiet" }]);
    expect(content([figure("x", { better: "neutral", value: 50, previous: 100 })]).findings[0]).toMatchObject({ level: "neutral" });
    expect(content([figure("x", { better: "down", value: 50, previous: 100 })]).findings[0]).toMatchObject({ level: "good" });
    expect(content([figure("x", { value: 5, previous: 0 })]).findings).toEqual([{ kind: "quiet" }]);
  });

  test("do not call it quiet where there is nothing to compare", () => {
    const said = (figures: Parameters<typeof content>[0]) => findingText(content(figures), { kind: "quiet" }, "zh").text;
    expect(said([])).toBe("这个时段没有数据。");
    expect(said([figure("x", { value: 5, previous: 0 })])).toBe("上期没有数据，无法比较。");
    expect(said([figure("x", { value: 5, previous: 5 })])).toBe("各项指标与上期相比没有明显变化。");
  });

  test("tell no share of a goal below nothing", () => {
    expect(content([figure("x", { value: 5, previous: 5, goal: -5 })]).findings).toEqual([{ kind: "quiet" }]);
  });

  test("tell of the largest differences to last year, and of none where there is nothing to compare with", () => {
    const same = { value: 100, previous: 100 };
    const figures = [10, 50, 99, 200, 400].map((lastYear, index) => figure(`f${index}`, { ...same, lastYear }));
    const told = content(figures).findings;
    expect(told.map((finding) => "figure" in finding && finding.figure)).toEqual(["f0", "f1", "f4"]);
    expect(told[2]).toEqual({ kind: "last_year", figure: "f4", change: -0.75, level: "bad" });
    expect(content([figure("f", same)]).findings).toEqual([{ kind: "quiet" }]);
  });

  test("tell of goals", () => {
    const report = content([figure("revenue", { value: 900, previous: 900, goal: 1_000 })]);
    expect(findingText(report, report.findings[0] ?? { kind: "quiet" }, "zh").text).toBe("收入完成目标的 90%（¥9 / ¥10）。");
  });
});

describe("a report set as HTML", () => {
  test("has no script, nothing to fetch, and takes names for text", () => {
    const report = content([figure("revenue", { name: { zh: "<script>alert(1)</script>", en: "x" } })]);
    for (const forMail of [true, false]) {
      const html = reportHtml(layOut(report, "zh"), { forMail, url: 'https://t.example.test/"><script>' });
      expect(html).not.toMatch(/<script|<link|<img|<style|src=|@import|url\(/i);
      expect(html).toContain("小红书 &lt;b&gt;");
      expect(html.includes("<svg")).toBe(!forMail);
    }
  });

  test("tells what may come with how far off that was when tried, and before and after without calling it a cause", () => {
    const error = { mae: 1, mape: 0.082, tried: 8, within: 0.9 };
    const outlook = [
      { figure: "revenue", value: 70_000_000, low: 60_000_000, high: 80_000_000, level: 0.9, method: "naive", error, goal: 75_000_000 },
    ] as const;
    const [before, after] = [
      { from: "2026-07-01", to: "2026-07-06" },
      { from: "2026-07-08", to: "2026-07-13" },
    ];
    const figures = [{ id: "revenue", before: 50_000_000, after: 60_000_000 }];
    const effects = [{ kind: "note", id: "1", day: "2026-07-08", text: "<b>盛夏抽茶", before, after, figures }] as const;
    const report = content([figure("revenue")], { outlook, effects, effectsLeft: 3 });
    const html = reportHtml(layOut(report, "zh"), { forMail: true, url: undefined });
    expect(html).toContain("展望 · 2026年7月13日 – 7月19日");
    expect(html).toMatch(/¥70 万.*¥60 万 – ¥80 万.*8\.2% \(8\).*¥75 万/);
    expect(html).toContain("备注 · 2026-07-08：&lt;b&gt;盛夏抽茶");
    expect(html).toMatch(
      /不说明因果.*另有 3 项未列出。 之前：2026-07-01 – 2026-07-05 · 之后：2026-07-08 – 2026-07-12.*¥50 万.*¥60 万.*↑ 20\.0%/,
    );
    expect(reportNotice(report, "en", "https://t.example.test").lines).toContain(
      "Revenue expected for the week after: ¥700K (90% interval ¥600K – ¥800K); tried 8 times on the past, off by 8.2% on average.",
    );
    expect(html).not.toContain("客户服务");
    const served = layOut(content([figure("revenue"), figure("tickets", { section: "service" })]), "en");
    expect([served.figures.length, served.sections.map(({ title }) => title)]).toEqual([1, ["Service"]]);
  });

  test("says of which figures nothing can be told ahead, and why, also where that is all there is to say", () => {
    const untold = [
      { figure: "revenue", why: "too_short", step: "month", known: 7, needed: 24 },
      { figure: "buyers", why: "counted_once" },
    ] as const;
    const report = content([figure("revenue"), figure("buyers")], { outlookUntold: untold });
    const html = reportHtml(layOut(report, "en"), { forMail: true, url: undefined });
    expect(html).toContain("Not told: Revenue (there are data of 7 months, and 24 are needed to try it on the past); ");
    expect(html).toContain("(whoever comes in several months is counted once in a year).");
    expect(html).not.toContain("Expected</th>");
    const [ahead] = layOut(report, "zh").sections;
    expect(ahead).toMatchObject({ head: [], rows: [], note: expect.stringContaining("只有 7 个月，至少要 24 个月") });
  });

  test("fits a chat in a few lines with the way to it", () => {
    const notice = reportNotice(content([figure("revenue")]), "en", "https://t.example.test/r/1");
    expect(notice.title).toBe("叠翠茶铺 Weekly report · Jul 6 – Jul 12, 2026");
    expect(notice.lines.at(-1)).toBe("Revenue  ¥648K  ↑ 8.6%");
  });
});

describe("a chart", () => {
  test("stays within its frame and is broken where a value is unknown", () => {
    const value = fc.option(fc.double({ min: -1e12, max: 1e12, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.array(value, { maxLength: 60 }), (values, beside) => {
        const plan = planLineChart({ width: 640, height: 170, labels: values.map(String), values, beside, tick: String });
        const numbers = plan.marks.flatMap((mark) =>
          mark.kind === "path" ? (mark.d.match(/-?[\d.]+/g) ?? []).map(Number) : mark.kind === "dot" ? [mark.x, mark.y] : [],
        );
        for (const each of numbers) expect(each >= 0 && each <= 640).toBe(true);
        expect(chartSvg(plan, "x")).not.toContain("NaN");
      }),
      { numRuns: 60 },
    );
  });
});

test("figures are read as the look says", () => {
  const zh = { unit: "count", currency: "CNY", language: "zh" } as const;
  expect([584_120, 9_999, 120_000_000, 0, null].map((value) => figureText(value, zh))).toEqual(["58.41 万", "9,999", "1.2 亿", "0", "—"]);
  expect([584_120, 120_000_000].map((value) => figureText(value, { ...zh, language: "en" }))).toEqual(["584.1K", "120M"]);
  expect(figureText(3_800, { ...zh, unit: "money" })).toBe("¥38");
  expect(figureText(0.2036, { ...zh, unit: "share" })).toBe("20.4%");
  expect(figureText(178, { ...zh, unit: "seconds" })).toBe("2 分 58 秒");
  expect(changeText(0.203, 0.2, { ...zh, unit: "share" })).toBe("↑ 0.3 pp");
  expect(changeText(90, 100, zh)).toBe("↓ 10.0%");
  expect(spanText("quarterly", { from: "2026-07-01", to: "2026-10-01" }, "zh")).toBe("2026 年第 3 季度");
  const week = { from: "2026-07-06", to: "2026-07-13" };
  expect([spanText("weekly", week, "zh"), spanText("weekly", week, "en")]).toEqual(["2026年7月6日 – 7月12日", "Jul 6 – Jul 12, 2026"]);
  expect(spanText("weekly", { from: "2025-12-29", to: "2026-01-05" }, "zh")).toBe("2025年12月29日 – 2026年1月4日");
});
