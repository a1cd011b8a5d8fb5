import { finding, type Finding, type Place } from "@terrace/domain/templates/finding";
import type { TemplateContent } from "@terrace/domain/templates/content";
import { convert } from "html-to-text";
import { guardLiquid, placeOutputs, restoreLiquid, unclosedTags, type GuardedToken } from "./markup.ts";
import { escapeHtml } from "./liquid.ts";

/** The parts of a mail with the Liquid still in them: made once for a version, filled for each person. */
export type CompiledEmail = { readonly html: string; readonly text: string };
export type EmailContent = Extract<TemplateContent, { channel: "email" }>;

/** Compiles the body of a mail, whose snippets are in their places, and makes its plain text. */
export async function compileEmail(
  content: EmailContent,
  language: string,
): Promise<{ readonly compiled: CompiledEmail; readonly findings: readonly Finding[] }> {
  const place: Place = { language, path: "body" };
  const guarded = guardLiquid(content.body);
  const unclosed = unclosedTags(guarded.text, place);
  const made = content.format === "mjml" ? await compileMjml(guarded.text, place) : { html: guarded.text, findings: [] };
  const lost = made.html === "" ? [] : guarded.tokens.filter(({ name }) => !made.html.includes(name));
  const placed = placeOutputs(made.html, guarded.tokens, place);
  return {
    compiled: {
      html: withPreheader(restoreLiquid(made.html, placed.tokens), content.preheader, language),
      text: restoreLiquid(plainText(made.html), placed.tokens),
    },
    findings: [...unclosed, ...made.findings, ...lost.map(lostTag(place)), ...placed.findings],
  };
}

function lostTag(place: Place): (token: GuardedToken) => Finding {
  return ({ source, line }) => finding("tag_lost", place, line, { tag: source.slice(0, 80) });
}

async function compileMjml(source: string, place: Place): Promise<{ readonly html: string; readonly findings: readonly Finding[] }> {
  // It is large, and most processes never publish a mail.
  const { default: mjml } = await import("mjml");
  try {
    const { html, errors } = await mjml(source, {
      validationLevel: "soft",
      keepComments: false,
      ignoreIncludes: true,
      useMjmlConfigOptions: false,
      // No font is fetched from elsewhere: it would tell a third party who reads.
      fonts: {},
    });
    return { html, findings: errors.map(({ line, message }) => finding("markup_wrong", place, line, { message: message.slice(0, 200) })) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { html: "", findings: [finding("unreadable", place, null, { message: message.slice(0, 200) })] };
  }
}

/** The words that mail programs show behind the subject; the language is told to those who read aloud. */
function withPreheader(html: string, preheader: string, language: string): string {
  const told = html.replace(/<html lang="und"/, `<html lang="${language}"`).replace(/(<div[^>]*?) lang="und"/, `$1 lang="${language}"`);
  if (preheader.trim() === "") return told;
  const { text, tokens } = guardLiquid(preheader);
  const words = restoreLiquid(escapeHtml(text), tokens);
  const hidden = `<div style="display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all">${words}</div>`;
  const body = /<body\b(?:"[^"]*"|'[^']*'|[^>"'])*>/i.exec(told);
  if (body === null) return `${hidden}${told}`;
  const end = body.index + body[0].length;
  return `${told.slice(0, end)}${hidden}${told.slice(end)}`;
}

/** Every link stays, with its address behind its words. */
function plainText(html: string): string {
  return convert(html, {
    wordwrap: false,
    formatters: { alternative: (element, _walk, builder) => builder.addInline(String(element.attribs?.["alt"] ?? "")) },
    selectors: [
      { selector: "img", format: "alternative" },
      { selector: "a", options: { linkBrackets: ["(", ")"], hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
      ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: "table", format: "block" },
    ],
  }).trim();
}
