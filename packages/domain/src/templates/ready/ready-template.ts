import type { MessageChannel } from "../../messages/channel.ts";
import type { TemplateContent, TemplateSubstance } from "../content.ts";

type Both = { readonly zh: string; readonly en: string };
/** A template that can be taken as it is: it names nothing without saying what stands for it. */
export type ReadyTemplate = {
  readonly key: string;
  readonly channel: MessageChannel;
  readonly name: Both;
  readonly description: Both;
  readonly substance: TemplateSubstance;
};
type Head = Pick<ReadyTemplate, "key" | "name" | "description"> & { readonly tag: string; readonly transactional?: boolean };

export type MailWords = {
  readonly subject: string;
  readonly preheader: string;
  readonly title: string;
  /** Paragraphs; Liquid and inline HTML. */
  readonly lines: readonly string[];
  /** A button that is there when the first of these addresses is known. */
  readonly button?: { readonly label: string; readonly url: string } | undefined;
};

/** A mail in both languages. */
export function readyMail(
  { tag, transactional = false, ...head }: Head,
  words: { readonly zh: MailWords; readonly en: MailWords },
): ReadyTemplate {
  const content = (said: MailWords, footer: string): TemplateContent => ({
    channel: "email",
    subject: said.subject,
    preheader: said.preheader,
    format: "mjml",
    body: layout(said, transactional ? "" : footer),
    replyTo: "",
  });
  return {
    ...head,
    channel: "email",
    substance: substanceOf({ tag, transactional }, content(words.zh, FOOTER.zh), content(words.en, FOOTER.en)),
  };
}

/** A text message in both languages. */
export function readySms({ tag, transactional = false, ...head }: Head, { zh, en }: Both): ReadyTemplate {
  const content = (text: string): TemplateContent => ({ channel: "sms", text, signature: "", providerTemplate: null });
  return { ...head, channel: "sms", substance: substanceOf({ tag, transactional }, content(zh), content(en)) };
}

export type PushWords = { readonly title: string; readonly body: string };

/** A push in both languages. */
export function readyPush(
  { tag, transactional = false, ...head }: Head,
  { zh, en }: { readonly zh: PushWords; readonly en: PushWords },
): ReadyTemplate {
  const content = (said: PushWords): TemplateContent => ({
    channel: "push",
    ...said,
    imageUrl: "",
    link: '{{ event.url | default: "" }}',
    data: [],
  });
  return { ...head, channel: "push", substance: substanceOf({ tag, transactional }, content(zh), content(en)) };
}

function substanceOf(
  { tag, transactional }: { readonly tag: string; readonly transactional: boolean },
  zh: TemplateContent,
  en: TemplateContent,
): TemplateSubstance {
  const purpose = transactional ? "service" : "marketing";
  return { purpose, tags: [tag], transactional, defaultLanguage: "zh-cn", contents: { "zh-cn": zh, en } };
}

const FOOTER: Both = {
  zh: `{{ business.name }}{% if business.address %} · {{ business.address }}{% endif %}<br />不想再收到？<a href="{{ links.unsubscribe }}">退订</a> · <a href="{{ links.preferences }}">接收设置</a>`,
  en: `{{ business.name }}{% if business.address %} · {{ business.address }}{% endif %}<br />Had enough? <a href="{{ links.unsubscribe }}">Unsubscribe</a> · <a href="{{ links.preferences }}">Preferences</a>`,
};

function layout({ title, lines, button }: MailWords, footer: string): string {
  const paragraphs = lines.map((line) => `        <mj-text>${line}</mj-text>`).join("\n");
  const asked = button === undefined ? "" : `\n${buttonOf(button)}`;
  const foot =
    footer === ""
      ? ""
      : `
    <mj-section>
      <mj-column>
        <mj-text align="center" color="#67716b" font-size="12px">${footer}</mj-text>
      </mj-column>
    </mj-section>`;
  return `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="'PingFang SC', 'Microsoft YaHei', Helvetica, Arial, sans-serif" />
      <mj-text font-size="15px" line-height="1.7" color="#1b1f1d" />
      <mj-button background-color="#2f7d5c" color="#ffffff" border-radius="6px" font-size="15px" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f5f6f5">
    <mj-section background-color="#ffffff" padding="24px 8px">
      <mj-column>
        <mj-text font-size="22px" line-height="1.4" font-weight="600">${title}</mj-text>
${paragraphs}${asked}
      </mj-column>
    </mj-section>${foot}
  </mj-body>
</mjml>`;
}

function buttonOf({ label, url }: NonNullable<MailWords["button"]>): string {
  return `        <mj-raw>{% if ${url} %}</mj-raw>
        <mj-button href="{{ ${url} }}">${label}</mj-button>
        <mj-raw>{% endif %}</mj-raw>`;
}
