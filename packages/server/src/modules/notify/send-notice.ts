import type { Notice } from "@terrace/domain/notify/notice";
import type { MailServer, SendMail } from "../../platform/mail/mailer.ts";
import type { Outbound } from "../../platform/outbound/outbound.ts";
import { OutboundRefused } from "../../platform/outbound/outbound-refused.ts";
import { signatureHeaders } from "../../platform/outbound/webhook-signature.ts";
import { byStatus, type ChannelOutcome, type ReadAnswer, type RobotCall } from "./channels/channel.ts";
import { dingtalkCall, readDingtalkAnswer } from "./channels/dingtalk.ts";
import { feishuCall, readFeishuAnswer } from "./channels/feishu.ts";
import { readWecomAnswer, wecomCall } from "./channels/wecom.ts";
import type { TargetPlace } from "./target-place.ts";

export type SendDeps = { readonly outbound: Outbound; readonly sendMail: SendMail; readonly nowMs: () => number };
/** `id` is the same for every attempt. */
export type Sending = { readonly id: string; readonly notice: Notice; readonly place: TargetPlace; readonly mail: MailServer | undefined };

const ANSWER_WITHIN_MS = 15_000;
const ANSWER_BYTES_MAX = 64_000;

/** Tells a target once. Trouble on the way is an outcome like another. */
export async function sendNotice(deps: SendDeps, { id, notice, place, mail }: Sending): Promise<ChannelOutcome> {
  const nowMs = deps.nowMs();
  switch (place.kind) {
    case "email":
      return sendLetter(deps, { id, notice, mail, to: place.to });
    case "wecom":
      return call(deps, wecomCall(notice, place.address), readWecomAnswer);
    case "dingtalk":
      return call(deps, dingtalkCall(notice, place.address, { secret: place.secret, nowMs }), readDingtalkAnswer);
    case "feishu":
      return call(deps, feishuCall(notice, place.address, { secret: place.secret, nowMs }), readFeishuAnswer);
    case "webhook":
      return call(deps, webhookCall({ id, notice, place, nowMs }), (status) => byStatus(status) ?? { outcome: "delivered" });
    default:
      return place satisfies never;
  }
}

async function sendLetter(
  { sendMail }: SendDeps,
  letter: { readonly id: string; readonly notice: Notice; readonly mail: MailServer | undefined; readonly to: readonly string[] },
): Promise<ChannelOutcome> {
  const { notice, mail, to } = letter;
  if (mail === undefined) return { outcome: "refused", code: "mail.not_set_up" };
  const foot = notice.link === undefined ? [] : ["", `${notice.link.text}: ${notice.link.url}`];
  const sent = await sendMail(mail, {
    to,
    subject: notice.title,
    text: [notice.title, "", ...notice.lines, ...foot].join("\n"),
    html: notice.html,
    attachments: notice.attachments?.map(({ name, type, base64 }) => ({ name, type, bytes: Buffer.from(base64, "base64") })),
    messageId: letter.id,
  });
  return sent.outcome === "delivered" ? { outcome: "delivered" } : { outcome: sent.outcome, code: sent.code };
}

/** The figures themselves, signed like every other call to a system of one's own. */
function webhookCall(sending: {
  readonly id: string;
  readonly notice: Notice;
  readonly place: Extract<TargetPlace, { readonly kind: "webhook" }>;
  readonly nowMs: number;
}): RobotCall {
  const { id, notice, place, nowMs } = sending;
  const { title, lines, link, data } = notice;
  const body = JSON.stringify({ id, type: "notice", title, lines, url: link?.url ?? null, data: data ?? null });
  return { address: place.address, body, headers: signatureHeaders({ id, seconds: Math.floor(nowMs / 1000), body }, [place.secret]) };
}

async function call({ outbound }: SendDeps, { address, body, headers }: RobotCall, read: ReadAnswer): Promise<ChannelOutcome> {
  try {
    const response = await outbound.fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", "user-agent": "Terrace-Notices/1", ...headers },
      body,
      redirect: "manual",
      timeoutMs: ANSWER_WITHIN_MS,
      maxBytes: ANSWER_BYTES_MAX,
    });
    return read(response.status, await response.text());
  } catch (error) {
    return { outcome: "retry", code: error instanceof OutboundRefused ? error.code : errorCode(error) };
  }
}

/** What kind of trouble it was; its words may hold addresses. */
function errorCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.name : "unknown";
}
