import { chartSvg, escapeHtml } from "./chart-plan.ts";
import { wordOf, type ReportLayout } from "./report-layout.ts";
import type { FindingLevel } from "./report.ts";

const COLOUR: Readonly<Record<FindingLevel, string>> = { good: "#1F5FB0", bad: "#A64B00", neutral: "#1B1F1D" };
const FONT = "font-family:Inter,'PingFang SC','Microsoft YaHei','Noto Sans SC',sans-serif";
const GREY = "color:#67716B";

/**
 * A report as one HTML document without script, style sheet or anything to be fetched. For mail programs, most of which draw no SVG, charts are
 * columns of table cells; elsewhere they are SVG.
 */
export function reportHtml(layout: ReportLayout, options: { readonly forMail: boolean; readonly url?: string | undefined }): string {
  const { language, title, workspace, about, findings, foot } = layout;
  const charts = layout.charts.map((chart) =>
    section(chart.title, options.forMail ? columns(chart.bars) : chartSvg(chart.plan, chart.title)),
  );
  const tables = layout.tables.map((table) =>
    section(
      table.title,
      grid(
        table.head,
        table.rows.map((row) => row.map(plain)),
      ),
    ),
  );
  const link =
    options.url === undefined
      ? ""
      : `<p style="margin:16px 0"><a href="${escapeHtml(options.url)}" style="color:#2F7D5C">${language === "zh" ? "在梯田中打开" : "Open in Terrace"}</a></p>`;
  const list = findings.map(({ text, level }) => `<li style="margin:4px 0;color:${COLOUR[level]}">${escapeHtml(text)}</li>`).join("");
  return [
    `<!doctype html><html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title></head>`,
    `<body style="margin:0;background:#F5F6F5;color:#1B1F1D;font-size:13px;line-height:20px;${FONT}"><div style="max-width:720px;margin:0 auto;padding:20px;background:#FFFFFF">`,
    `<p style="margin:0;font-size:12px;${GREY}">${escapeHtml(workspace)}</p><h1 style="margin:2px 0 4px;font-size:20px;line-height:28px">${escapeHtml(title)}</h1>`,
    `<p style="margin:0 0 12px;font-size:12px;${GREY}">${escapeHtml(about)}</p>`,
    section(wordOf("findings", language), `<ul style="margin:0;padding-left:18px">${list}</ul>`),
    grid(
      layout.head,
      layout.figures.map(({ name, cells }) => [plain(name), ...cells]),
    ),
    ...layout.sections.map(({ title, note, head, rows }) =>
      section(
        title,
        `${note === "" ? "" : `<p style="margin:0;font-size:12px;${GREY}">${escapeHtml(note)}</p>`}${
          head.length === 0
            ? ""
            : grid(
                head,
                rows.map(({ name, cells }) => [plain(name), ...cells]),
              )
        }`,
      ),
    ),
    ...charts,
    ...tables,
    link,
    `<p style="margin:16px 0 0;font-size:11px;${GREY}">${escapeHtml(foot)}</p></div></body></html>`,
  ].join("");
}

type Cell = { readonly text: string; readonly level: FindingLevel };

function plain(text: string): Cell {
  return { text, level: "neutral" };
}

function section(title: string, body: string): string {
  return `<h2 style="margin:18px 0 6px;font-size:14px;line-height:22px">${escapeHtml(title)}</h2>${body}`;
}

function grid(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const align = (index: number): string => (index === 0 ? "left" : "right");
  const heads = head.map(
    (text, index) =>
      `<th style="text-align:${align(index)};font-weight:400;padding:6px 8px;background:#F7F8F7;${GREY}">${escapeHtml(text)}</th>`,
  );
  const body = rows.map(
    (row) =>
      `<tr>${row.map(({ text, level }, index) => `<td style="text-align:${align(index)};padding:6px 8px;border-bottom:1px solid #E8EBE9;color:${COLOUR[level]}">${escapeHtml(text)}</td>`).join("")}</tr>`,
  );
  return `<table role="presentation" width="100%" cellspacing="0" style="border-collapse:collapse;font-size:13px;margin-top:8px"><tr>${heads.join("")}</tr>${body.join("")}</table>`;
}

const COLUMN_PX = 60;

/** Columns that every mail program draws. */
function columns(values: readonly (number | null)[]): string {
  const top = Math.max(...values.map((value) => Math.abs(value ?? 0)), 0);
  const cells = values.map((value) => {
    const height = top === 0 || value === null ? 0 : Math.max(1, Math.round((Math.abs(value) / top) * COLUMN_PX));
    return `<td valign="bottom" style="padding:0 1px;height:${COLUMN_PX}px"><div style="height:${height}px;background:#2F7D5C;font-size:0;line-height:0">&nbsp;</div></td>`;
  });
  return `<table role="presentation" width="100%" cellspacing="0" style="border-collapse:collapse;border-bottom:1px solid #C9CFCB"><tr>${cells.join("")}</tr></table>`;
}
