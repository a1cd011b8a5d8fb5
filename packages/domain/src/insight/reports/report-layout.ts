import type { NoticeLanguage } from "../../notify/notice.ts";
import { planLineChart, type ChartPlan } from "./chart-plan.ts";
import { changeOf } from "./findings.ts";
import { changeText, deltaText, figureText, spanText } from "./figure-text.ts";
import { sectionsOf, type LaidSection } from "./report-sections.ts";
import { beforeWord, breakdownWord, findingText, formOf, reportTitle, valueWord } from "./report-words.ts";
import type { FindingLevel, ReportContent, ReportFigure } from "./report.ts";

/** A report in one language, ready to be set as HTML or PDF. */
export type ReportLayout = {
  readonly language: NoticeLanguage;
  readonly title: string;
  readonly workspace: string;
  readonly about: string;
  readonly findings: readonly { readonly text: string; readonly level: FindingLevel }[];
  readonly head: readonly string[];
  readonly figures: readonly {
    readonly name: string;
    readonly cells: readonly { readonly text: string; readonly level: FindingLevel }[];
  }[];
  /** Tables with a heading below the figures: service, what may come, before and after what was done. */
  readonly sections: readonly LaidSection[];
  readonly charts: readonly { readonly title: string; readonly plan: ChartPlan; readonly bars: readonly (number | null)[] }[];
  readonly tables: readonly { readonly title: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }[];
  readonly foot: string;
};

const CHART = { width: 640, height: 170 } as const;
const WORDS = {
  findings: { zh: "要点", en: "Findings" },
  figure: { zh: "指标", en: "Figure" },
  value: { zh: "本期", en: "This period" },
  against: { zh: "比上期", en: "On the period before" },
  lastYear: { zh: "比去年同期", en: "On last year" },
  usual: { zh: "通常范围", en: "Usual range" },
  goal: { zh: "目标", en: "Goal" },
  service: { zh: "客户服务", en: "Service" },
  now: { zh: "本期", en: "Now" },
  before: { zh: "上期", en: "Before" },
  delta: { zh: "变化", en: "Change" },
  overlap: { zh: "重复计入", en: "Counted more than once" },
} as const;

export function layOut(content: ReportContent, language: NoticeLanguage): ReportLayout {
  const word = (key: keyof typeof WORDS): string => WORDS[key][language];
  const hasGoals = content.figures.some(({ goal }) => goal !== null);
  const head = [
    word("figure"),
    word("value"),
    word("against"),
    ...(content.lastYear === null ? [] : [word("lastYear")]),
    word("usual"),
    ...(hasGoals ? [word("goal")] : []),
  ];
  const rows = (figures: readonly ReportFigure[]) =>
    figures.map((figure) => ({ name: figure.name[language], cells: cellsOf(content, figure, { language, hasGoals }) }));
  const service = content.figures.filter(({ section }) => section === "service");
  return {
    language,
    title: reportTitle(content, language),
    workspace: content.workspace,
    about: aboutText(content, language),
    findings: content.findings.map((finding) => findingText(content, finding, language)),
    head,
    figures: rows(content.figures.filter(({ section }) => section === "main")),
    sections: [
      ...(service.length === 0 ? [] : [{ title: word("service"), note: "", head, rows: rows(service) }]),
      ...sectionsOf(content, language),
    ],
    charts: content.figures.filter(({ steps }) => steps.length > 1).map((figure) => chartOf(content, figure, language)),
    tables: content.tables.map((table) => tableOf(content, table, language)),
    foot:
      language === "zh"
        ? `由梯田生成 · 时区 ${content.zone} · 数字在生成时固定，不随后来的数据变化`
        : `Made by Terrace · zone ${content.zone} · figures are as they were when it was generated`,
  };
}

export function wordOf(key: keyof typeof WORDS, language: NoticeLanguage): string {
  return WORDS[key][language];
}

function aboutText({ kind, previous, lastYear }: ReportContent, language: NoticeLanguage): string {
  const before = `${language === "zh" ? "上期：" : "Period before: "}${spanText(kind, previous, language)}`;
  if (lastYear === null) return before;
  return `${before} · ${language === "zh" ? "去年同期：" : "last year: "}${spanText(kind, lastYear, language)}`;
}

type Cell = { readonly text: string; readonly level: FindingLevel };

function cellsOf(
  content: ReportContent,
  figure: ReportFigure,
  { language, hasGoals }: { readonly language: NoticeLanguage; readonly hasGoals: boolean },
): readonly Cell[] {
  const form = formOf(content, figure, language);
  const { value, previous, lastYear, usual, goal } = figure;
  const plain = (text: string): Cell => ({ text, level: "neutral" });
  const change = (before: number | null): Cell => ({ text: changeText(value, before, form), level: judged(figure, before) });
  return [
    plain(figureText(value, form)),
    change(previous),
    ...(content.lastYear === null ? [] : [change(lastYear)]),
    plain(usual === null ? "—" : `${figureText(usual.low, form)} – ${figureText(usual.high, form)}`),
    ...(hasGoals ? [plain(figureText(goal, form))] : []),
  ];
}

function judged({ value, better }: ReportFigure, before: number | null): FindingLevel {
  const change = changeOf(value, before);
  if (change === null || change === 0 || better === "neutral") return "neutral";
  return change > 0 === (better === "up") ? "good" : "bad";
}

function chartOf(content: ReportContent, figure: ReportFigure, language: NoticeLanguage): ReportLayout["charts"][number] {
  const form = formOf(content, figure, language);
  const beside =
    figure.previousSteps.length === 0
      ? ""
      : language === "zh"
        ? `（虚线：${beforeWord(content.kind, language)}）`
        : ` (dashed: ${beforeWord(content.kind, language)})`;
  const values = figure.steps.map(({ value }) => value);
  return {
    title: `${figure.name[language]}${beside}`,
    plan: planLineChart({
      ...CHART,
      labels: figure.steps.map(({ date }) => date.slice(5)),
      values,
      beside: figure.previousSteps,
      tick: (value) => figureText(value, form),
    }),
    bars: values,
  };
}

function tableOf(content: ReportContent, table: ReportContent["tables"][number], language: NoticeLanguage): ReportLayout["tables"][number] {
  const figure = content.figures.find(({ id }) => id === table.figure);
  const form = formOf(content, figure ?? { unit: "number" }, language);
  const name = figure?.name[language] ?? "";
  const by = breakdownWord(table.by, language);
  const rows = table.rows.map(({ value, other, now, before, delta }) => [
    valueWord(value, other, language),
    figureText(now, form),
    figureText(before, form),
    deltaText(delta, form),
  ]);
  const overlap = table.overlap === 0 ? [] : [[WORDS.overlap[language], "", "", deltaText(table.overlap, form)]];
  return {
    title: language === "zh" ? `${name}，按${by}` : `${name} by ${by}`,
    head: [by, WORDS.now[language], WORDS.before[language], WORDS.delta[language]],
    rows: [...rows, ...overlap],
  };
}
