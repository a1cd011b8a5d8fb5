import type { TemplateDetail, TemplateFinding } from "@terrace/contract/api/templates";
import type { Text, TextKey } from "../../app/i18n.ts";

/** Where the list of templates is. */
export const TEMPLATES_PATH = "touch/templates";

/** Where a template is. */
export function templatePath(id: string): string {
  return `${TEMPLATES_PATH}/${id}`;
}

export type Draft = TemplateDetail["draft"];
export type Content = Draft["contents"][string];
export type ContentOf<Channel extends Content["channel"]> = Extract<Content, { channel: Channel }>;

const PLACES: Readonly<Record<string, TextKey>> = {
  subject: "templates.field.subject",
  preheader: "templates.field.preheader",
  body: "templates.field.body",
  replyTo: "templates.field.replyTo",
  text: "templates.field.text",
  providerTemplate: "templates.field.providerTemplate",
  title: "templates.field.title",
  imageUrl: "templates.field.imageUrl",
  link: "templates.field.link",
  data: "templates.field.data",
  templateId: "templates.field.templateId",
  buttons: "templates.field.buttons",
  url: "templates.field.url",
  headers: "templates.field.headers",
};

/** A place of a content, in words; the path itself behind the name of what it is a part of. */
export function placeWords(path: string, text: Text): string {
  const [field = "", ...rest] = path.split(".");
  const name = PLACES[field];
  return name === undefined ? path : [text(name), ...rest].join(" ");
}

/** What a check found, in words. */
export function findingWords({ code, details, language }: TemplateFinding, text: Text): string {
  return text(`templates.finding.${code}`, { ...details, language });
}

// By script, as people call them, and not by country.
const SCRIPTS: Readonly<Record<string, string>> = { "zh-cn": "zh-Hans", "zh-tw": "zh-Hant" };

/** Languages in the reader's words; the code where the browser knows none. */
export function languageName(language: string, reader: string): string {
  return new Intl.DisplayNames([reader], { type: "language", fallback: "code" }).of(SCRIPTS[language] ?? language) ?? language;
}
