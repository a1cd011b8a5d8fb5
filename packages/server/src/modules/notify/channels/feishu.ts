import { createHmac } from "node:crypto";
import { fittingLines, plainInMarkdown, type Notice } from "@terrace/domain/notify/notice";
import { byStatus, codeIn, type ReadAnswer, type RobotCall } from "./channel.ts";

/** Of the whole request; the documentation says 20 kB. */
const TEXT_BYTES_MAX = 16_000;
/** Above 5 calls a second or 100 a minute. */
const TOO_MANY: ReadonlySet<number> = new Set([9_499, 11_232]);

/**
 * A card of a Feishu (Lark) group robot. With a secret the body carries a timestamp in seconds and the HMAC-SHA256 of nothing under
 * "timestamp, newline, secret", in base64. https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export function feishuCall(
  notice: Notice,
  address: string,
  signing: { readonly secret?: string | undefined; readonly nowMs: number },
): RobotCall {
  const { lines, cut } = fittingLines(notice.lines.map(plainInMarkdown), TEXT_BYTES_MAX);
  const content = [...lines, ...(cut ? ["…"] : [])].join("\n");
  const button = notice.link === undefined ? [] : [buttonOf(notice.link)];
  const card = {
    config: { wide_screen_mode: true },
    header: { title: { tag: "plain_text", content: notice.title }, template: "green" },
    elements: [{ tag: "div", text: { tag: "lark_md", content } }, ...button],
  };
  const seconds = String(Math.floor(signing.nowMs / 1000));
  return {
    address,
    body: JSON.stringify({
      ...(signing.secret === undefined ? {} : { timestamp: seconds, sign: signatureOf(seconds, signing.secret) }),
      msg_type: "interactive",
      card,
    }),
  };
}

function buttonOf({ text, url }: { readonly text: string; readonly url: string }): object {
  return { tag: "action", actions: [{ tag: "button", text: { tag: "plain_text", content: text }, type: "primary", url }] };
}

function signatureOf(seconds: string, secret: string): string {
  return createHmac("sha256", `${seconds}\n${secret}`).digest("base64");
}

export const readFeishuAnswer: ReadAnswer = (status, body) => {
  // Feishu answers a 400 with its own code when there were too many.
  const code = codeIn(body, "code", "StatusCode");
  if (code !== undefined && TOO_MANY.has(code)) return { outcome: "retry", code: `feishu_${code}`, waitMs: 60_000 };
  const byHttp = byStatus(status);
  if (byHttp !== undefined) return byHttp;
  if (code === 0) return { outcome: "delivered" };
  return { outcome: code === undefined ? "retry" : "refused", code: `feishu_${code ?? "unreadable"}` };
};
