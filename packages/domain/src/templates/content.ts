import type { MessageChannel } from "../messages/channel.ts";
import type { JsonObject } from "../json.ts";

/** A named value of a message, in the order in which it was given; the value is Liquid. */
export type NamedText = { readonly name: string; readonly value: string };

/** What is said in one language on one channel. Every text is Liquid unless it says otherwise. */
export type TemplateContent =
  | {
      readonly channel: "email";
      readonly subject: string;
      /** Shown behind the subject in a list of mails; empty for none. */
      readonly preheader: string;
      readonly format: "mjml" | "html";
      readonly body: string;
      /** As it is, no Liquid; empty for none. */
      readonly replyTo: string;
    }
  | {
      readonly channel: "sms";
      readonly text: string;
      /** As it is, no Liquid; empty for none. */
      readonly signature: string;
      readonly providerTemplate: { readonly id: string; readonly params: readonly NamedText[] } | null;
    }
  | {
      readonly channel: "push";
      readonly title: string;
      readonly body: string;
      readonly imageUrl: string;
      readonly link: string;
      readonly data: readonly NamedText[];
    }
  | {
      readonly channel: "wechat";
      readonly templateId: string;
      readonly data: readonly NamedText[];
      readonly link: string;
      readonly miniProgram: { readonly appId: string; readonly page: string } | null;
    }
  | { readonly channel: "wecom"; readonly text: string; readonly link: { readonly title: string; readonly url: string } | null }
  | {
      readonly channel: "in_app";
      readonly form: "message" | "pop_up";
      readonly title: string;
      readonly body: string;
      readonly imageUrl: string;
      readonly buttons: readonly { readonly label: string; readonly url: string }[];
      /** Hours after sending from which on it is not shown any more; null: it stays. */
      readonly hours: number | null;
    }
  | {
      readonly channel: "webhook";
      readonly method: "POST" | "PUT";
      readonly url: string;
      readonly headers: readonly NamedText[];
      /** Texts anywhere in it are Liquid; one that is a single output keeps the type of its value. */
      readonly body: JsonObject;
    };

/** Content by language, e.g. `zh-cn`. */
export type TemplateContents = Readonly<Record<string, TemplateContent>>;

/** What a version of a template is made of, beside its number. */
export type TemplateSubstance = {
  readonly purpose: string;
  readonly tags: readonly string[];
  /** What the person asked for or must know; it needs no link to unsubscribe. */
  readonly transactional: boolean;
  readonly defaultLanguage: string;
  readonly contents: TemplateContents;
};

/** The content that a new template begins with. */
export function emptyContent(channel: MessageChannel): TemplateContent {
  switch (channel) {
    case "email":
      return { channel, subject: "", preheader: "", format: "mjml", body: EMPTY_MJML, replyTo: "" };
    case "sms":
      return { channel, text: "", signature: "", providerTemplate: null };
    case "push":
      return { channel, title: "", body: "", imageUrl: "", link: "", data: [] };
    case "wechat":
      return { channel, templateId: "", data: [], link: "", miniProgram: null };
    case "wecom":
      return { channel, text: "", link: null };
    case "in_app":
      return { channel, form: "message", title: "", body: "", imageUrl: "", buttons: [], hours: null };
    case "webhook":
      return { channel, method: "POST", url: "", headers: [], body: {} };
    default:
      return channel satisfies never;
  }
}

const EMPTY_MJML = `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text></mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`;
