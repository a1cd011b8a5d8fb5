import type { HeldReport } from "@terrace/contract/api/rights";

/** The words of the page, in the language of whoever hands it over. */
export type HeldWords = {
  readonly title: string;
  readonly madeAt: string;
  readonly what: string;
  readonly value: string;
  readonly at: string;
  readonly holder: (name: string) => string;
  readonly group: (key: string) => string;
  readonly shown: (shown: number, total: number) => string;
  readonly time: (at: string) => string;
};

const STYLE =
  "body{font:14px/1.6 system-ui,sans-serif;max-width:960px;margin:32px auto;padding:0 16px;color:#1f2421}table{border-collapse:collapse;width:100%;margin:8px 0 24px}th,td{text-align:left;vertical-align:top;padding:4px 8px;border-bottom:1px solid #ddd;overflow-wrap:anywhere}th{font-weight:500}td:last-child{white-space:nowrap}p{color:#666}";

/** Everything held about a person as a page of its own, to hand over. */
export function heldHtml(report: HeldReport, language: string, words: HeldWords): string {
  const sections = report.holders.map(
    ({ name, groups }) =>
      `<h2>${escaped(words.holder(name))}</h2>${groups
        .filter(({ total }) => total > 0)
        .map((group) => groupHtml(group, words))
        .join("")}`,
  );
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(words.title)}</title><style>${STYLE}</style></head><body><h1>${escaped(words.title)}</h1><p>${escaped(words.madeAt)}</p>${sections.join("")}</body></html>\n`;
}

function groupHtml({ key, total, items }: HeldReport["holders"][number]["groups"][number], words: HeldWords): string {
  const rows = items.map(
    ({ what, value, at }) =>
      `<tr><td>${escaped(what)}</td><td>${escaped(value)}</td><td>${at === null ? "" : escaped(words.time(at))}</td></tr>`,
  );
  const head = `<tr><th>${escaped(words.what)}</th><th>${escaped(words.value)}</th><th>${escaped(words.at)}</th></tr>`;
  const note = items.length < total ? `<p>${escaped(words.shown(items.length, total))}</p>` : "";
  return `<h3>${escaped(words.group(key))} (${total})</h3>${note}<table><thead>${head}</thead><tbody>${rows.join("")}</tbody></table>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
