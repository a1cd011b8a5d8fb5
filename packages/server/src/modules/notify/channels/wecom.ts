import { fittingLines, plainInMarkdown, type Notice } from "@terrace/domain/notify/notice";
import { byStatus, codeIn, type ReadAnswer, type RobotCall } from "./channel.ts";

/** Of `markdown.content`, in bytes of UTF-8, as the documentation of group robots says. */
const CONTENT_BYTES_MAX = 4_096;
/** 20 messages a minute and robot; 45009 says that there were more. */
const TOO_MANY = 45_009;
const BUSY = -1;

/** A message of an enterprise WeChat group robot. https://developer.work.weixin.qq.com/document/path/91770 */
export function wecomCall(notice: Notice, address: string): RobotCall {
  const head = `### ${plainInMarkdown(notice.title)}`;
  const foot = notice.link === undefined ? "" : `[${plainInMarkdown(notice.link.text)}](${notice.link.url})`;
  const room = CONTENT_BYTES_MAX - Buffer.byteLength(`${head}\n${foot}\n…\n`);
  const { lines, cut } = fittingLines(notice.lines.map(plainInMarkdown), room);
  const content = [head, ...lines, ...(cut ? ["…"] : []), ...(foot === "" ? [] : [foot])].join("\n");
  return { address, body: JSON.stringify({ msgtype: "markdown", markdown: { content } }) };
}

export const readWecomAnswer: ReadAnswer = (status, body) => {
  const byHttp = byStatus(status);
  if (byHttp !== undefined) return byHttp;
  const code = codeIn(body, "errcode");
  if (code === 0) return { outcome: "delivered" };
  if (code === TOO_MANY) return { outcome: "retry", code: `wecom_${code}`, waitMs: 60_000 };
  return { outcome: code === undefined || code === BUSY ? "retry" : "refused", code: `wecom_${code ?? "unreadable"}` };
};
