import { isJsonObject, type Json } from "../json.ts";
import type { TemplateContent } from "./content.ts";

/**
 * How a text is written where values come in. html: values are escaped; text: as they are; line: as they are, in one line; url: values are percent-encoded and the
 * whole is an address; value: a single output keeps its type, everything else is text.
 */
export type SlotMode = "html" | "text" | "line" | "url" | "value";

/** A place of a content that holds Liquid; `path` names it within the content. `needed`: it must not be blank. */
export type Slot = { readonly path: string; readonly text: string; readonly mode: SlotMode; readonly needed: boolean };

/** All places of a content that hold Liquid, in the order in which they are read. */
export function slotsOf(content: TemplateContent): readonly Slot[] {
  switch (content.channel) {
    case "email":
      return [
        slot("subject", content.subject, "line", true),
        slot("preheader", content.preheader, "html"),
        slot("body", content.body, "html", true),
      ];
    case "sms":
      return [
        slot("text", content.text, "text", true),
        ...named("providerTemplate.params", content.providerTemplate?.params ?? [], "text"),
      ];
    case "push":
      return [
        slot("title", content.title, "line", true),
        slot("body", content.body, "text", true),
        slot("imageUrl", content.imageUrl, "url"),
        slot("link", content.link, "url"),
        ...named("data", content.data, "text"),
      ];
    case "wechat":
      return [
        ...named("data", content.data, "line"),
        slot("link", content.link, "url"),
        ...(content.miniProgram === null ? [] : [slot("miniProgram.page", content.miniProgram.page, "line")]),
      ];
    case "wecom":
      return [
        slot("text", content.text, "text", true),
        ...(content.link === null
          ? []
          : [slot("link.title", content.link.title, "line", true), slot("link.url", content.link.url, "url", true)]),
      ];
    case "in_app":
      return [
        slot("title", content.title, "line", true),
        slot("body", content.body, "text", true),
        slot("imageUrl", content.imageUrl, "url"),
        ...content.buttons.flatMap(({ label, url }, at) => [
          slot(`buttons.${at}.label`, label, "line", true),
          slot(`buttons.${at}.url`, url, "url", true),
        ]),
      ];
    case "webhook":
      return [slot("url", content.url, "url", true), ...named("headers", content.headers, "line"), ...leavesOf(content.body, "body")];
    default:
      return content satisfies never;
  }
}

function slot(path: string, text: string, mode: SlotMode, needed = false): Slot {
  return { path, text, mode, needed };
}

function named(path: string, texts: readonly { readonly value: string }[], mode: SlotMode): readonly Slot[] {
  return texts.map(({ value }, at) => slot(`${path}.${at}`, value, mode, true));
}

function leavesOf(json: Json, path: string): readonly Slot[] {
  if (typeof json === "string") return [slot(path, json, "value")];
  if (Array.isArray(json)) return (json as readonly Json[]).flatMap((part, at) => leavesOf(part, `${path}/${at}`));
  if (isJsonObject(json)) return Object.entries(json).flatMap(([key, part]) => leavesOf(part, leafPath(path, key)));
  return [];
}

/** A JSON value with its texts replaced by what stands under their paths. */
export function withLeaves(json: Json, path: string, filled: ReadonlyMap<string, Json>): Json {
  if (typeof json === "string") return filled.get(path) ?? json;
  if (Array.isArray(json)) return (json as readonly Json[]).map((part, at) => withLeaves(part, `${path}/${at}`, filled));
  if (isJsonObject(json))
    return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, withLeaves(part, leafPath(path, key), filled)]));
  return json;
}

function leafPath(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
