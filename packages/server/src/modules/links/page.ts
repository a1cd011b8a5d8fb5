import { say, type PageLanguage } from "./words.ts";

/** HTML that may stand in a page. */
export type Html = { readonly html: string };

/** A template of HTML: texts are escaped, pieces of HTML are not. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const shown = values.map((value) =>
    typeof value === "string" ? escaped(value) : "html" in value ? value.html : value.map((one) => one.html).join(""),
  );
  return { html: parts.map((part, index) => part + (shown[index] ?? "")).join("") };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** The console's colours and sizes; nothing is loaded and nothing runs. */
const STYLE = `
:root{color-scheme:light dark;--bg:#F5F6F5;--card:#fff;--line:#E8EBE9;--edge:#DCE0DD;--text:#1B1F1D;--soft:#535D58;--faint:#67716B;--accent:#2F7D5C;--accent-deep:#24664A;--accent-bg:#EBF4EF;--off:#9AA39E;--warn:#A85E00}
@media (prefers-color-scheme:dark){:root{--bg:#121513;--card:#1A1D1B;--line:#2A2F2C;--edge:#373D3A;--text:#E8ECEA;--soft:#B4BDB8;--faint:#8F9994;--accent:#3A9670;--accent-deep:#2B6E52;--accent-bg:#1B2F26;--off:#66706B;--warn:#F0B05A}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/24px Inter,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",sans-serif}
main{max-width:560px;margin:0 auto;padding:24px 16px 48px}
header{display:flex;gap:12px;align-items:baseline;justify-content:space-between;color:var(--faint);font-size:13px;margin-bottom:12px;overflow-wrap:anywhere}
a{color:var(--accent)}header a{flex:none}
h1{font-size:22px;line-height:32px;font-weight:600;margin:0 0 8px}
h2{font-size:15px;line-height:24px;font-weight:600;margin:0}
p{margin:0 0 12px;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:20px}
section{border-top:1px solid var(--line);padding:16px 0 8px}
section p{font-size:13px;line-height:20px;margin:2px 0 4px;color:var(--faint)}
.row{display:flex;align-items:center;justify-content:space-between;gap:12px;min-height:44px;padding:6px 0}
.row span{overflow-wrap:anywhere}.row small{display:block;font-size:12px;line-height:18px;color:var(--faint)}.row small.pending{color:var(--warn)}
.note{background:var(--accent-bg);border-radius:6px;padding:8px 12px;color:var(--text)}
button{font:inherit;cursor:pointer;border-radius:6px}
button.main,button.plain{width:100%;min-height:44px;padding:8px 16px;margin-top:8px}
button.main{background:var(--accent);border:1px solid var(--accent);color:#fff;font-weight:600}button.main:hover{background:var(--accent-deep)}
button.plain{background:transparent;border:1px solid var(--edge);color:var(--text)}
button[role=switch]{flex:none;width:48px;height:28px;border-radius:14px;border:0;padding:0;background:var(--off);position:relative}
button[role=switch]::after{content:"";position:absolute;top:3px;left:3px;width:22px;height:22px;border-radius:50%;background:#fff}
button[aria-checked=true]{background:var(--accent)}button[aria-checked=true]::after{left:23px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
ul{padding-left:20px;margin:0 0 12px}
@media (max-width:420px){main{padding:12px 10px 32px}.card{padding:16px}}
`;

export type PageAsked = {
  readonly language: PageLanguage;
  readonly title: string;
  readonly business: string;
  /** The same page in the other language; none for a page that was posted. */
  readonly otherLanguage?: string | undefined;
  readonly body: Html;
};

/** A whole page that works without scripts. */
export function pageOf({ language, title, business, otherLanguage, body }: PageAsked): string {
  const other = language === "zh" ? "en" : "zh-CN";
  const turn =
    otherLanguage === undefined
      ? ""
      : html`<a href="${otherLanguage}" lang="${other}" hreflang="${other}">${say("otherLanguage", language)}</a>`;
  return html`<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="robots" content="noindex, nofollow" />
<title>${title}${business === "" ? "" : ` · ${business}`}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
<header><span>${business}</span>${turn}</header>
<div class="card"><h1>${title}</h1>${body}</div>
</main>
</body>
</html>
`.html;
}
