import { createHmac } from "node:crypto";
import { fittingLines, plainInMarkdown, type Notice } from "@terrace/domain/notify/notice";
import { byStatus, codeIn, type ReadAnswer, type RobotCall } from "./channel.ts";

/** Of the whole message; the documentation says 20,000 bytes. */
const TEXT_BYTES_MAX = 18_000;
/** More than 20 messages in a minute: the robot is silent for ten minutes. */
const TOO_MANY = 130_101;
const BUSY = -1;

/**
 * A message of a DingTalk group robot. With a secret the call is signed: HMAC-SHA256 of "timestamp, newline, secret" under the secret, in base64,
 * beside the timestamp in ms. https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
 */
export function dingtalkCall(
  notice: Notice,
  address: string,
  signing: { readonly secret?: string | undefined; readonly nowMs: number },
): RobotCall {
  const foot = notice.link === undefined ? [] : [`[${plainInMarkdown(notice.link.text)}](${notice.link.url})`];
  const { lines, cut } = fittingLines(notice.lines.map(plainInMarkdown), TEXT_BYTES_MAX - Buffer.byteLength(foot.join("")));
  // A line of its own needs an empty one before it.
  const text = [`### ${plainInMarkdown(notice.title)}`, ...lines, ...(cut ? ["…"] : []), ...foot].join("\n\n");
  return {
    address: signing.secret === undefined ? address : signedAddress(address, signing.secret, signing.nowMs),
    body: JSON.stringify({ msgtype: "markdown", markdown: { title: notice.title, text } }),
  };
}

function signedAddress(address: string, secret: string, nowMs: number): string {
  const url = new URL(address);
  const sign = createHmac("sha256", secret).update(`${nowMs}\n${secret}`).digest("base64");
  url.searchParams.set("timestamp", String(nowMs));
  url.searchParams.set("sign", sign);
  return url.href;
}

export const readDingtalkAnswer: ReadAnswer = (status, body) => {
  const byHttp = byStatus(status);
  if (byHttp !== undefined) return byHttp;
  const code = codeIn(body, "errcode");
  if (code === 0) return { outcome: "delivered" };
  if (code === TOO_MANY) return { outcome: "retry", code: `dingtalk_${code}`, waitMs: 600_000 };
  return { outcome: code === undefined || code === BUSY ? "retry" : "refused", code: `dingtalk_${code ?? "unreadable"}` };
};
