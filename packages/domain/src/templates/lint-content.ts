import { finding, type Finding } from "./finding.ts";
import type { TemplateContent, TemplateSubstance } from "./content.ts";
import { lineFinder, replaceLiquid } from "./liquid-pieces.ts";
import { slotsOf, type Slot } from "./slots.ts";

/** Languages that a workspace's people are taken to speak. */
const USUAL_LANGUAGES = ["zh-cn", "en"];
type Lengths = { readonly most: number; readonly better?: number };
/** Characters by channel and place: `most` is what the channel takes, `better` what is seen whole. */
const LENGTHS: Readonly<Record<string, Lengths>> = {
  "email.subject": { most: 900, better: 70 },
  "email.preheader": { most: 500, better: 110 },
  "email.body": { most: 500_000, better: 100_000 },
  "sms.text": { most: 1_000, better: 300 },
  "push.title": { most: 200, better: 40 },
  "push.body": { most: 1_000, better: 150 },
  "wechat.data": { most: 200, better: 20 },
  "wecom.text": { most: 4_000, better: 1_000 },
  "in_app.title": { most: 200, better: 40 },
  "in_app.body": { most: 4_000, better: 500 },
};

/** What can be said of a template by its words alone, before any Liquid is read. */
export function lintSubstance(substance: TemplateSubstance): readonly Finding[] {
  const { contents, defaultLanguage, transactional } = substance;
  const languages = Object.keys(contents);
  const found: Finding[] = [];
  if (!languages.includes(defaultLanguage)) found.push(finding("no_default_language", { language: defaultLanguage, path: "" }));
  for (const language of USUAL_LANGUAGES)
    if (!languages.includes(language) && language !== defaultLanguage) found.push(finding("language_missing", { language, path: "" }));
  const read = Object.entries(contents).flatMap(([language, content]) => lintContent(content, language, transactional));
  return [...found, ...read];
}

function lintContent(content: TemplateContent, language: string, transactional: boolean): readonly Finding[] {
  const found = [...lintSlots(content, language)];
  if (content.channel === "email" && !transactional && !content.body.includes("links.unsubscribe"))
    found.push(finding("no_unsubscribe", { language, path: "body" }));
  if (content.channel === "wechat" && content.templateId.trim() === "") found.push(finding("blank", { language, path: "templateId" }));
  if (content.channel === "sms" && content.providerTemplate?.id.trim() === "")
    found.push(finding("blank", { language, path: "providerTemplate.id" }));
  return found;
}

function lintSlots(content: TemplateContent, language: string): readonly Finding[] {
  return slotsOf(content).flatMap((slot) => [
    ...blank(slot, language),
    ...tooLong(content, slot, language),
    ...unsafeLinks(slot, language),
  ]);
}

function blank({ text, path, needed }: Slot, language: string): readonly Finding[] {
  return needed && text.trim() === "" ? [finding("blank", { language, path })] : [];
}

function tooLong({ channel }: TemplateContent, { text, path }: Slot, language: string): readonly Finding[] {
  const limits = LENGTHS[`${channel}.${path.split(".", 1)[0] ?? path}`];
  if (limits === undefined) return [];
  const length = Array.from(replaceLiquid(text, () => "")).length;
  const { most, better = most } = limits;
  if (length > most) return [finding("too_long", { language, path }, null, { length, most })];
  return length > better ? [finding("rather_long", { language, path }, null, { length, most: better })] : [];
}

const LINK = /(?:\b(?:href|src|background-url|action)\s*=\s*)(["'])(.*?)\1/gis;

/** Links that a text holds as they are; what values make of them is looked at when a message is made. */
function unsafeLinks({ text, path, mode }: Slot, language: string): readonly Finding[] {
  if (mode === "url") return linkFinding(text, language, path, null);
  if (mode !== "html") return [];
  const line = lineFinder(text);
  return [...text.matchAll(LINK)].flatMap((match) => linkFinding(match[2] ?? "", language, path, line(match.index)));
}

function linkFinding(address: string, language: string, path: string, line: number | null): readonly Finding[] {
  const link = address.trim();
  const shown = link.slice(0, 80);
  if (isDangerous(link)) return [finding("unsafe_link", { language, path }, line, { link: shown })];
  return /^http:/i.test(link) ? [finding("plain_link", { language, path }, line, { link: shown })] : [];
}

/** Whether an address would run something, or hides what it is. Browsers drop control characters and blanks before they read the scheme. */
export function isDangerous(address: string): boolean {
  const bare = address.replaceAll(/[\p{Cc} \u200b-\u200f\u2028\u2029\ufeff]/gu, "");
  return /^(?:javascript|vbscript|file|blob|data(?!:image\/(?:png|gif|jpeg|webp)[;,])):/i.test(bare);
}
