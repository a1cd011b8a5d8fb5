import { isJsonObject, type Json } from "../json.ts";
import type { RenderedMessage } from "../messages/delivery.ts";
import type { NamedText, TemplateContent } from "./content.ts";
import { withLeaves } from "./slots.ts";

/** What was filled in, by the path of its place; an e-mail has its parts under `html` and `text`. */
export type Filled = ReadonlyMap<string, Json>;
export type Moment = {
  readonly nowMs: number;
  /** Ends messages of this purpose with one click; none for what a person asked for. */
  readonly unsubscribeUrl?: string | undefined;
};

const HOUR_MS = 3_600_000;

/** The message of a content whose places were filled. */
export function assembleMessage(content: TemplateContent, filled: Filled, { nowMs, unsubscribeUrl }: Moment): RenderedMessage {
  const at = (path: string): string => textAt(filled, path);
  const maybe = (path: string): string | undefined => (at(path) === "" ? undefined : at(path));
  const pairs = (path: string, texts: readonly NamedText[]) => texts.map(({ name }, index) => [name, at(`${path}.${index}`)] as const);
  switch (content.channel) {
    case "email":
      return {
        channel: "email",
        subject: at("subject"),
        html: at("html"),
        text: at("text"),
        replyTo: content.replyTo === "" ? undefined : content.replyTo,
        unsubscribeUrl,
      };
    case "sms":
      return smsMessage(content, at("text"), (texts) => pairs("providerTemplate.params", texts));
    case "push":
      return {
        channel: "push",
        title: at("title"),
        body: at("body"),
        imageUrl: maybe("imageUrl"),
        link: maybe("link"),
        data: Object.fromEntries(pairs("data", content.data)),
      };
    case "wechat":
      return {
        channel: "wechat",
        templateId: content.templateId,
        data: Object.fromEntries(pairs("data", content.data)),
        link: maybe("link"),
        miniProgram: content.miniProgram === null ? undefined : { appId: content.miniProgram.appId, page: at("miniProgram.page") },
      };
    case "wecom":
      return {
        channel: "wecom",
        text: at("text"),
        link: content.link === null ? undefined : { title: at("link.title"), url: at("link.url") },
      };
    case "in_app":
      return inAppMessage(content, at, nowMs);
    case "webhook": {
      const body = withLeaves(content.body, "body", filled);
      const headers = Object.fromEntries(pairs("headers", content.headers));
      return { channel: "webhook", url: at("url"), method: content.method, headers, body: isJsonObject(body) ? body : {} };
    }
    default:
      return content satisfies never;
  }
}

type ContentOf<Channel> = Extract<TemplateContent, { channel: Channel }>;
type Pairs = readonly (readonly [string, string])[];

function smsMessage(
  { signature, providerTemplate: asked }: ContentOf<"sms">,
  text: string,
  pairs: (texts: readonly NamedText[]) => Pairs,
): RenderedMessage {
  const template = asked === null ? undefined : { id: asked.id, params: pairs(asked.params) };
  return { channel: "sms", text, signature: signature === "" ? undefined : signature, template };
}

function inAppMessage({ form, buttons, hours }: ContentOf<"in_app">, at: (path: string) => string, nowMs: number): RenderedMessage {
  return {
    channel: "in_app",
    form,
    title: at("title"),
    body: at("body"),
    imageUrl: at("imageUrl") === "" ? undefined : at("imageUrl"),
    buttons: buttons.map((_, index) => ({ label: at(`buttons.${index}.label`), url: at(`buttons.${index}.url`) })),
    untilMs: hours === null ? undefined : nowMs + hours * HOUR_MS,
  };
}

function textAt(filled: Filled, path: string): string {
  const value = filled.get(path);
  return typeof value === "string" ? value : "";
}
