import { inflateSync } from "node:zlib";
import { layOut } from "@terrace/domain/insight/reports/report-layout";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { expect, test } from "vitest";
import { splitByFont } from "./pdf-fonts.ts";
import { reportPdf } from "./report-pdf.ts";

const steps = Array.from({ length: 31 }, (_, index) => ({
  date: `2026-07-${String(index + 1).padStart(2, "0")}`,
  value: index === 3 ? null : 1_000 + index * 10,
}));
const figure = (id: string) => ({
  id,
  name: { zh: "订单金额", en: "Order value" },
  unit: "money" as const,
  better: "up" as const,
  section: "main" as const,
  value: 64_800_000,
  previous: 59_670_000,
  lastYear: null,
  usual: { low: 40_000_000, high: 61_000_000 },
  goal: 70_000_000,
  steps,
  previousSteps: steps.map(({ value }) => value),
});
const content: ReportContent = {
  version: 1,
  kind: "monthly",
  period: { from: "2026-07-01", to: "2026-08-01" },
  previous: { from: "2026-06-01", to: "2026-07-01" },
  lastYear: null,
  next: { from: "2026-08-01", to: "2026-09-01" },
  zone: "Asia/Shanghai",
  currency: "CNY",
  workspace: "叠翠茶铺（模拟）",
  figures: ["a", "b", "c", "d", "e"].map(figure),
  tables: [{ figure: "a", by: "channel", rows: [{ value: "小红书 🍵 ⿕", other: false, now: 30, before: 26, delta: 4 }], overlap: 0 }],
  findings: [{ kind: "moved", figure: "a", change: 0.086, range: "above", level: "good" }],
  outlook: [],
  outlookUntold: [],
  effects: [
    {
      kind: "note",
      id: "1",
      day: "2026-07-08",
      text: "盛夏抽茶开始",
      before: { from: "2026-06-17", to: "2026-07-08" },
      after: { from: "2026-07-08", to: "2026-07-29" },
      figures: [{ id: "a", before: 100, after: 130 }],
    },
  ],
  effectsLeft: 0,
};

test("a PDF holds the Chinese characters it needs, on as many pages as it takes", async () => {
  for (const language of ["zh", "en"] as const) {
    const pdf = Buffer.from(await reportPdf(layOut(content, language)));
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    const text = pdf.toString("latin1");
    expect(text.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
    // Subsets only: a whole font would be megabytes.
    expect(pdf.length).toBeLessThan(400_000);
    expect(text).toMatch(/\/FontFile[23]/);
    expect(toUnicode(pdf)).toContain(language === "zh" ? "8ba2" : "0064");
    // 抽 stands in the note that figures are held before and after, and nowhere else.
    expect(toUnicode(pdf)).toContain("62bd");
  }
});

test("every character is written in some part of the font, or shown to be missing", () => {
  const runs = splitByFont("收入 ¥64.8 万 ↑ 8.6% – 「小红书」\u{10FFFF}");
  expect(runs.map(({ run }) => run).join("")).toBe("收入 ¥64.8 万 ↑ 8.6% – 「小红书」□");
  expect(new Set(runs.map(({ part }) => part)).size).toBeGreaterThan(1);
});

/** The tables of a PDF that tell which characters its glyphs stand for, so that text in it can be searched and copied. */
function toUnicode(pdf: Buffer): string {
  const text = pdf.toString("latin1");
  return [...text.matchAll(/stream\r?\n/g)]
    .map(({ index, 0: found }) => {
      const end = text.indexOf("endstream", index);
      try {
        return inflateSync(pdf.subarray(index + found.length, end)).toString("latin1");
      } catch {
        return "";
      }
    })
    .filter((stream) => stream.includes("beginbfrange") || stream.includes("beginbfchar"))
    .join("\n")
    .toLowerCase();
}
