import type { NoticeLanguage } from "../../notify/notice.ts";
import { changeText, figureText } from "./figure-text.ts";
import { changeOf } from "./findings.ts";
import { effectCaution, effectSpans, effectTitle, formOf, outlookErrorShort, outlookTitle, untoldReason } from "./report-words.ts";
import type { DateSpan } from "./report-period.ts";
import type { FindingLevel, ReportContent, ReportEffect } from "./report.ts";

/** A table with a heading, and a line under it. */
export type LaidSection = {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly LaidRow[];
};
export type LaidRow = {
  readonly name: string;
  readonly cells: readonly { readonly text: string; readonly level: FindingLevel }[];
  /** Where the figures of the row can be looked into. */
  readonly of?: { readonly figure: string; readonly span: DateSpan };
  /** The figure of which the row tells what may come. */
  readonly ahead?: string;
};

const WORDS = {
  figure: { zh: "指标", en: "Figure" },
  expected: { zh: "预计", en: "Expected" },
  interval: { zh: "区间", en: "Interval" },
  error: { zh: "回测平均误差", en: "Off when tried" },
  goal: { zh: "目标", en: "Goal" },
  before: { zh: "之前", en: "Before" },
  after: { zh: "之后", en: "After" },
  change: { zh: "变化", en: "Change" },
  note: {
    zh: "按过去的数据推算，没有把计划中的活动算进去。",
    en: "Reckoned from the past alone; nothing that is planned is in it.",
  },
} as const;

/** What may come, and before and after what was done; each only where there is something to tell. */
export function sectionsOf(content: ReportContent, language: NoticeLanguage): readonly LaidSection[] {
  return [
    ...(content.outlook.length === 0 && content.outlookUntold.length === 0 ? [] : [outlookOf(content, language)]),
    ...content.effects.map((effect, index) => effectOf(content, effect, { language, isFirst: index === 0 })),
  ];
}

function plain(text: string): LaidRow["cells"][number] {
  return { text, level: "neutral" };
}

function outlookOf(content: ReportContent, language: NoticeLanguage): LaidSection {
  const hasGoals = content.outlook.some(({ goal }) => goal !== null);
  const rows = content.outlook.flatMap((outlook) => {
    const figure = content.figures.find(({ id }) => id === outlook.figure);
    if (figure === undefined) return [];
    const form = formOf(content, figure, language);
    const cells = [
      plain(figureText(outlook.value, form)),
      plain(`${figureText(outlook.low, form)} – ${figureText(outlook.high, form)}`),
      plain(outlookErrorShort(content, outlook, language)),
      ...(hasGoals ? [plain(figureText(outlook.goal, form))] : []),
    ];
    return [{ name: figure.name[language], cells, ahead: figure.id }];
  });
  const head = [WORDS.figure, WORDS.expected, WORDS.interval, WORDS.error, ...(hasGoals ? [WORDS.goal] : [])];
  const note = [...(rows.length === 0 ? [] : [WORDS.note[language]]), ...untoldText(content, language)].join(language === "zh" ? "" : " ");
  // Without a row there is nothing for a head to stand over.
  return { title: outlookTitle(content, language), note, head: rows.length === 0 ? [] : head.map((words) => words[language]), rows };
}

/** Of which figures nothing is told, and why: in one sentence, or none where there is nothing to say. */
function untoldText(content: ReportContent, language: NoticeLanguage): readonly string[] {
  const told = content.outlookUntold.flatMap((untold) => {
    const figure = content.figures.find(({ id }) => id === untold.figure);
    return figure === undefined ? [] : [{ name: figure.name[language], why: untoldReason(untold, language) }];
  });
  if (told.length === 0) return [];
  const parts = told.map(({ name, why }) => (language === "zh" ? `${name}（${why}）` : `${name} (${why})`));
  return [language === "zh" ? `未作推算：${parts.join("、")}。` : `Not told: ${parts.join("; ")}.`];
}

function effectOf(
  content: ReportContent,
  effect: ReportEffect,
  { language, isFirst }: { readonly language: NoticeLanguage; readonly isFirst: boolean },
): LaidSection {
  const rows = effect.figures.flatMap(({ id, before, after }) => {
    const figure = content.figures.find((each) => each.id === id);
    if (figure === undefined) return [];
    const form = formOf(content, figure, language);
    const change = changeOf(after, before);
    const level: FindingLevel =
      change === null || change === 0 || figure.better === "neutral" ? "neutral" : change > 0 === (figure.better === "up") ? "good" : "bad";
    const cells = [plain(figureText(before, form)), plain(figureText(after, form)), { text: changeText(after, before, form), level }];
    return [{ name: figure.name[language], cells, of: { figure: id, span: { from: effect.before.from, to: effect.after.to } } }];
  });
  const caution = isFirst ? `${effectCaution(content, language)} ` : "";
  const head = [WORDS.figure, WORDS.before, WORDS.after, WORDS.change].map((words) => words[language]);
  return { title: effectTitle(effect, language), note: `${caution}${effectSpans(effect, language)}`, head, rows };
}
