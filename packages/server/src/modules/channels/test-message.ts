import type * as api from "@terrace/contract/api/channels";
import type { MessageChannel } from "@terrace/domain/messages/channel";
import type { Handover, RenderedMessage } from "@terrace/domain/messages/delivery";
import type { z } from "zod";
import { faultError } from "../../platform/http/fault-error.ts";

type Asked = z.output<typeof api.testChannelProvider.body>;

/** A message of an operator's own words, in the form of the channel, to the address they gave. */
export function testHandover(channel: MessageChannel, asked: Asked, reference: string): Handover {
  return { reference, address: { channel, value: asked.to }, message: messageOf(channel, asked) };
}

function messageOf(channel: MessageChannel, { to, text, template }: Asked): RenderedMessage {
  switch (channel) {
    case "email":
      return { channel, subject: text.split("\n")[0] ?? text, text, html: `<p>${escaped(text)}</p>` };
    case "sms":
      return { channel, text, template };
    case "push":
      return { channel, title: text.split("\n")[0] ?? text, body: text, data: {} };
    case "wechat":
      if (template === undefined)
        throw faultError("channel.template_needed", {
          field: "template",
          mend: "WeChat carries registered templates only; name one with its fields",
        });
      return { channel, templateId: template.id, data: Object.fromEntries(template.params) };
    case "wecom":
      return { channel, text };
    case "in_app":
      return { channel, form: "message", title: text.split("\n")[0] ?? text, body: text, buttons: [] };
    case "webhook":
      return { channel, url: to, method: "POST", headers: {}, body: { test: true, text } };
    default:
      return channel satisfies never;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\n", "<br>");
}
