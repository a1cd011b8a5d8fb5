/** A report as headed sections of text and tables; screens, Markdown and HTML are drawn from the same. */
export type ReportDocument = {
  readonly title: string;
  /** Name and value: who made it, when, from what. */
  readonly about: readonly (readonly [string, string])[];
  readonly sections: readonly ReportSection[];
};
export type ReportSection = {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly table?: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };
};

export type ReportLanguage = "zh" | "en";

/** The report as Markdown. */
export function markdownOf(document: ReportDocument): string {
  const cell = (text: string) =>
    text
      .replaceAll("\\", "\\\\")
      .replaceAll("|", "\\|")
      .replaceAll(/\s*\n\s*/g, " ");
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  const table = ({ head, rows }: NonNullable<ReportSection["table"]>) =>
    [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
  return `${[
    `# ${document.title}`,
    document.about.map(([name, value]) => `- ${name}: ${value}`).join("\n"),
    ...document.sections.flatMap((section) => [
      `## ${section.title}`,
      ...section.paragraphs,
      ...(section.table === undefined ? [] : [table(section.table)]),
    ]),
  ].join("\n\n")}\n`;
}

const STYLE =
  "body{font:14px/1.6 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;max-width:900px;margin:32px auto;padding:0 16px;color:#1b1f1d}h1{font-size:22px}h2{font-size:16px;margin-top:28px}table{border-collapse:collapse;width:100%}th,td{border:1px solid #dce0dd;padding:5px 8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f0f2f1;font-weight:400}@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";

/** The report as one HTML file without anything from elsewhere, fit to be printed. */
export function htmlOf(document: ReportDocument, language: ReportLanguage): string {
  const cells = (tag: "th" | "td", row: readonly string[]) =>
    `<tr>${row.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const section = ({ title, paragraphs, table }: ReportSection) =>
    [
      `<h2>${escapeHtml(title)}</h2>`,
      ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
      ...(table === undefined ? [] : [`<table>${cells("th", table.head)}${table.rows.map((row) => cells("td", row)).join("")}</table>`]),
    ].join("\n");
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><title>${escapeHtml(document.title)}</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(document.title)}</h1>
<table>${document.about.map((row) => cells("td", row)).join("")}</table>
${document.sections.map(section).join("\n")}
</body></html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
