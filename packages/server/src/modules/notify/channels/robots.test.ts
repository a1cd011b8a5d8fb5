import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Notice } from "@terrace/domain/notify/notice";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readAllowList } from "../../../platform/outbound/allow-list.ts";
import { guardedFetch } from "../../../platform/outbound/guarded-fetch.ts";
import type { Outbound } from "../../../platform/outbound/outbound.ts";
import { sendNotice } from "../send-notice.ts";
import type { TargetPlace } from "../target-place.ts";

/** Stand-ins that ask what the documentation of each robot asks, and answer as it says. */
const NOW_MS = Date.UTC(2026, 6, 16, 8);
const SECRET = "SEC1234567890";
const PER_MINUTE = 20;
let server: Server;
let origin = "";
let messages: { readonly robot: string; readonly text: string }[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, answer } = answerTo(new URL(request.url ?? "/", "http://robot.test"), request.headers["content-type"] ?? "", body);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  messages = [];
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

type Answer = { readonly status: number; readonly answer: object };
function answerTo(url: URL, type: string, body: string): Answer {
  const said: unknown = type.startsWith("application/json") ? JSON.parse(body) : {};
  if (url.pathname === "/cgi-bin/webhook/send") return wecom(url, said, body);
  if (url.pathname === "/robot/send") return dingtalk(url, said, body);
  if (url.pathname.startsWith("/open-apis/bot/v2/hook/")) return feishu(said, body);
  return { status: 404, answer: {} };
}
function read(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined), value);
}
function take(robot: string, text: unknown): boolean {
  messages.push({ robot, text: String(text) });
  return messages.length <= PER_MINUTE;
}

function wecom(url: URL, said: unknown, _body: string): Answer {
  const no = (errcode: number): Answer => ({ status: 200, answer: { errcode, errmsg: "invalid" } });
  const content = read(said, "markdown", "content");
  if (url.searchParams.get("key") !== "robot-key") return no(93_000);
  if (read(said, "msgtype") !== "markdown" || typeof content !== "string" || content === "") return no(40_008);
  if (Buffer.byteLength(content) > 4_096) return no(40_058);
  return take("wecom", content) ? { status: 200, answer: { errcode: 0, errmsg: "ok" } } : no(45_009);
}

function dingtalk(url: URL, said: unknown, body: string): Answer {
  const no = (errcode: number): Answer => ({ status: 200, answer: { errcode, errmsg: "no" } });
  const timestamp = Number(url.searchParams.get("timestamp"));
  const expected = createHmac("sha256", SECRET).update(`${timestamp}\n${SECRET}`).digest("base64");
  if (url.searchParams.get("access_token") !== "token") return no(300_001);
  if (Math.abs(timestamp - NOW_MS) > 3_600_000 || url.searchParams.get("sign") !== expected) return no(310_000);
  if (Buffer.byteLength(body) > 20_000) return no(460_101);
  if (read(said, "msgtype") !== "markdown" || typeof read(said, "markdown", "title") !== "string") return no(400_101);
  return take("dingtalk", read(said, "markdown", "text")) ? { status: 200, answer: { errcode: 0, errmsg: "ok" } } : no(130_101);
}

function feishu(said: unknown, body: string): Answer {
  const no = (code: number, status = 200): Answer => ({ status, answer: { code, msg: "no" } });
  const timestamp = String(read(said, "timestamp"));
  const expected = createHmac("sha256", `${timestamp}\n${SECRET}`).update("").digest("base64");
  if (Math.abs(Number(timestamp) * 1000 - NOW_MS) > 3_600_000 || read(said, "sign") !== expected) return no(19_021);
  if (Buffer.byteLength(body) > 20_480) return no(9_499, 400);
  if (read(said, "msg_type") !== "interactive" || typeof read(said, "card", "header", "title", "content") !== "string")
    return no(9_499, 400);
  const elements: unknown = read(said, "card", "elements");
  return take("feishu", JSON.stringify(elements)) ? { status: 200, answer: { code: 0, msg: "success", StatusCode: 0 } } : no(11_232);
}

function deliver(place: TargetPlace, notice: Notice, allow = "127.0.0.1") {
  const allowed = readAllowList(allow);
  const fetch: Outbound["fetch"] = (address, request = {}) => guardedFetch(address, request, allowed);
  const outbound: Outbound = {
    fetch,
    fetchEvenWhenHeld: fetch,
    text: () => Promise.reject(new Error("nobody reads text here")),
    addresses: () => Promise.resolve([]),
    requireReleased: () => Promise.resolve(),
  };
  const sendMail = () => Promise.resolve({ outcome: "delivered" as const, refused: [] });
  return sendNotice({ outbound, sendMail, nowMs: () => NOW_MS }, { id: "notice-1", notice, place, mail: undefined });
}

const notice: Notice = {
  title: "周报 7月6日 – 7月12日",
  lines: ["收入 ¥64.8 万 ↑ 8.6%", "活跃 12,040"],
  link: { text: "打开报告", url: "https://terrace.example.test/w/1/insight/reports/7" },
};
const long: Notice = { ...notice, lines: Array.from({ length: 2_000 }, (_, index) => `第 ${index} 行：指标 ↑ 8.6%`) };
const places = (): readonly TargetPlace[] => [
  { kind: "wecom", address: `${origin}/cgi-bin/webhook/send?key=robot-key` },
  { kind: "dingtalk", address: `${origin}/robot/send?access_token=token`, secret: SECRET },
  { kind: "feishu", address: `${origin}/open-apis/bot/v2/hook/abc`, secret: SECRET },
];

describe("robots of groups", () => {
  test("take a message in their own form, signed as they ask", async () => {
    for (const place of places()) expect(await deliver(place, notice)).toEqual({ outcome: "delivered" });
    expect(messages.map(({ robot }) => robot)).toEqual(["wecom", "dingtalk", "feishu"]);
    for (const { text } of messages) expect(text).toMatch(/收入 ¥64.8 万 ↑ 8.6%[\s\S]*insight\/reports\/7/);
  });

  test("get no more than they take: whole lines, the link kept", async () => {
    for (const place of places()) expect(await deliver(place, long)).toEqual({ outcome: "delivered" });
    for (const { text } of messages) expect(text).toMatch(/第 0 行[\s\S]*…[\s\S]*insight\/reports\/7/);
  });

  test("are not led astray by what stands in a name", async () => {
    for (const place of places()) await deliver(place, { ...notice, lines: ['<at user_id="all"></at> [x](http://evil.test) **b** @all'] });
    for (const { text } of messages) {
      expect(text).not.toContain("<at");
      expect(text).not.toContain("](http://evil.test)");
      expect(text).not.toContain("@all");
    }
  });

  test("say no in a 200: refused for good, or later when there were too many", async () => {
    const [wecomPlace, dingtalkPlace, feishuPlace] = places();
    expect(await deliver({ kind: "wecom", address: `${origin}/cgi-bin/webhook/send?key=other` }, notice)).toEqual({
      outcome: "refused",
      code: "wecom_93000",
    });
    expect(await deliver({ kind: "dingtalk", address: `${origin}/robot/send?access_token=token`, secret: "SECwrong" }, notice)).toEqual({
      outcome: "refused",
      code: "dingtalk_310000",
    });
    expect(await deliver({ kind: "feishu", address: `${origin}/open-apis/bot/v2/hook/abc` }, notice)).toEqual({
      outcome: "refused",
      code: "feishu_19021",
    });
    for (const [place, waitMs] of [
      [wecomPlace, 60_000],
      [dingtalkPlace, 600_000],
      [feishuPlace, 60_000],
    ] as const) {
      messages = Array.from({ length: PER_MINUTE }, () => ({ robot: "", text: "" }));
      expect(place === undefined ? undefined : await deliver(place, notice)).toMatchObject({ outcome: "retry", waitMs });
    }
  });

  test("are not reached at addresses of this network", async () => {
    for (const place of places()) expect(await deliver(place, notice, "")).toEqual({ outcome: "retry", code: "outbound.not_public" });
  });
});
