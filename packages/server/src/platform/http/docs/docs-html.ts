/** Text that is HTML already; only `html` and `raw` make it. */
export type Html = { readonly html: string };

/** Writes HTML: every value put in is escaped unless it is HTML itself; lists are joined, absent values vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[] | undefined)[]): Html {
  return { html: strings.reduce((text, part, index) => text + part + (index < values.length ? written(values[index]) : ""), "") };
}

/** HTML from this program's own texts. */
export function raw(text: string): Html {
  return { html: text };
}

function written(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return "html" in value ? value.html : value.map((piece) => piece.html).join("");
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
