import { createECDH, createHmac, generateKeyPairSync } from "node:crypto";
import { fcmFault, newBrowser, startFcm, startJPush, vapidClaims } from "@terrace/testkit/providers/push-services";
import { startStandIn, type StandIn } from "@terrace/testkit/providers/stand-in";
import { startWechat } from "@terrace/testkit/providers/wechat-services";
import { afterEach, describe, expect, test } from "vitest";
import { openedFor, openOutbound } from "./adapter-bench.ts";
import { createFcmAdapter } from "./fcm.ts";
import { createJPushAdapter } from "./jpush.ts";
import { createInAppAdapter, createWebhookAdapter } from "./own.ts";
import { createProviderCall } from "./provider-call.ts";
import { createWebPushAdapter } from "./web-push.ts";
import { createWecomAdapter } from "./wecom-customer.ts";
import { createWechatSubscriptionAdapter, createWechatTemplateAdapter } from "./wechat.ts";

const signal = new AbortController().signal;
const call = createProviderCall(openOutbound());
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaPem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const push = { channel: "push", title: "到店礼", body: "今天有茶", link: "https://shop.example.test/", data: { sku: "t1" } } as const;
let nowMs = Date.UTC(2026, 6, 16, 12);
const deps = { call, nowMs: () => nowMs };

const started: StandIn[] = [];
afterEach(() => Promise.all(started.splice(0).map(({ stop }) => stop())));
async function standIn<Made extends StandIn>(starting: Promise<Made>): Promise<Made> {
  const one = await starting;
  started.push(one);
  return one;
}

describe("FCM", () => {
  test("is reached with a token that is fetched once until shortly before its end", async () => {
    const fcm = await standIn(startFcm(rsa.publicKey, "fcm@p.example.test"));
    const settings = { projectId: "p", clientEmail: "fcm@p.example.test", endpoint: fcm.origin, tokenEndpoint: `${fcm.origin}/token` };
    const provider = openedFor<"fcm">("push", "fcm", settings, { privateKey: rsaPem });
    const adapter = createFcmAdapter(deps);
    const send = (to: string) => adapter.send(provider, { reference: "r1", to, message: push }, signal);
    expect(await Promise.all([send("a"), send("b"), send("c")])).toMatchObject(Array.from({ length: 3 }, () => ({ outcome: "accepted" })));
    expect(fcm.given).toHaveLength(1);
    expect(fcm.taken[0]).toMatchObject({
      notification: { title: "到店礼", body: "今天有茶" },
      data: { sku: "t1", link: push.link, reference: "r1" },
    });
    nowMs += 3_500_000;
    expect(await send("d")).toMatchObject({ outcome: "accepted" });
    expect(fcm.given).toHaveLength(2);
    expect([await send("gone"), await send("bad")]).toMatchObject([
      { outcome: "refused", addressFault: "invalid", code: "fcm_UNREGISTERED" },
      { outcome: "refused", addressFault: "invalid" },
    ]);
    const said = [
      fcmFault(429, "x", [{ errorCode: "QUOTA_EXCEEDED" }]),
      fcmFault(503, "UNAVAILABLE", []),
      fcmFault(500, "INTERNAL", []),
      fcmFault(403, "x", [{ errorCode: "SENDER_ID_MISMATCH" }]),
    ];
    fcm.next.push(...said);
    const outcomes = [];
    for (const _ of said) outcomes.push(await send("a"));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["retry", "retry", "unknown", "refused"]);
    expect(outcomes[3]).not.toHaveProperty("addressFault");
  });

  test("hands nothing over without a token", async () => {
    const fcm = await standIn(startFcm(rsa.publicKey, "somebody@else.example.test"));
    const settings = { projectId: "p", clientEmail: "fcm@p.example.test", endpoint: fcm.origin, tokenEndpoint: `${fcm.origin}/token` };
    const provider = openedFor<"fcm">("push", "fcm", settings, { privateKey: rsaPem });
    expect(await createFcmAdapter(deps).send(provider, { reference: "r1", to: "a", message: push }, signal)).toMatchObject({
      outcome: "retry",
      code: "fcm_token_invalid_grant",
    });
    fcm.next.push("hang_up");
    expect(await createFcmAdapter(deps).send(provider, { reference: "r1", to: "a", message: push }, signal)).toMatchObject({
      outcome: "retry",
    });
  });
});

test("JPush gets one cid for all attempts of a message, so that a repeat after a lost answer is not sent again", async () => {
  const jpush = await standIn(startJPush("app1", "master"));
  const kept = new Map<string, string>();
  const provider = openedFor<"jpush">("push", "jpush", { appKey: "app1", endpoint: jpush.origin }, { masterSecret: "master" });
  const ticketing = {
    ...deps,
    ticketOf: (_of: object, reference: string) => Promise.resolve(kept.get(reference)),
    keepTicket: (_of: object, reference: string, ticket: string) => {
      if (!kept.has(reference)) kept.set(reference, ticket);
      return Promise.resolve(kept.get(reference) ?? ticket);
    },
  };
  const send = (to: string, reference = "r1") => createJPushAdapter(ticketing).send(provider, { reference, to, message: push }, signal);
  expect(await send("reg1")).toMatchObject({ outcome: "accepted" });
  // Another process, which knows only what was kept.
  expect(await send("reg1")).toMatchObject({ outcome: "accepted" });
  expect(await send("reg2", "r2")).toMatchObject({ outcome: "accepted" });
  expect(jpush.sent.size).toBe(2);
  expect(await send("gone", "r3")).toMatchObject({ outcome: "refused", addressFault: "invalid" });
  jpush.next.push({ status: 500, body: { error: { code: 1000 } } }, { status: 429, body: { error: { code: 2002 } } });
  expect([(await send("reg1")).outcome, (await send("reg1")).outcome]).toEqual(["unknown", "retry"]);
  // A cid that lay about for half a day leaves too little of its own.
  const adapter = createJPushAdapter(ticketing);
  const cidOf = async (reference: string): Promise<string | undefined> => {
    await adapter.send(provider, { reference, to: "reg1", message: push }, signal);
    return kept.get(reference);
  };
  const [first, second] = [await cidOf("p1"), await cidOf("p2")];
  nowMs += 13 * 3_600_000;
  const asked = jpush.heard.filter(({ path }) => path === "/v3/push/cid").length;
  expect(new Set([first, second, await cidOf("p3")]).size).toBe(3);
  expect(jpush.heard.filter(({ path }) => path === "/v3/push/cid")).toHaveLength(asked + 1);
  const other = openedFor<"jpush">("push", "jpush", { appKey: "app1", endpoint: jpush.origin }, { masterSecret: "wrong" });
  expect(await createJPushAdapter(ticketing).send(other, { reference: "r9", to: "x", message: push }, signal)).toMatchObject({
    outcome: "retry",
    code: "jpush_cid_1004",
  });
});

test("web push is encrypted for the browser and signed for its push service", async () => {
  const vapid = createECDH("prime256v1");
  // One private key in 256 begins with a zero, which Node leaves out and a VAPID key has: it is put back below.
  const publicKey = vapid.generateKeys("base64url");
  const service = await standIn(startStandIn(() => ({ status: 201 })));
  const browser = newBrowser(`${service.origin}/push/1`);
  const provider = openedFor<"web_push">(
    "push",
    "web_push",
    { publicKey, subject: "mailto:ops@example.test" },
    {
      privateKey: Buffer.concat([Buffer.alloc(32), vapid.getPrivateKey()])
        .subarray(-32)
        .toString("base64url"),
    },
  );
  const send = (to: string) => createWebPushAdapter({ call }).send(provider, { reference: "r1", to, message: push }, signal);
  expect(await send(JSON.stringify(browser.subscription))).toEqual({ outcome: "accepted", providerRef: null });
  const [heard] = service.heard;
  if (heard === undefined) throw new Error("nothing was heard");
  expect(JSON.parse(browser.read(heard))).toMatchObject({ title: "到店礼", body: "今天有茶", reference: "r1" });
  expect(vapidClaims(heard, publicKey)).toMatchObject({ aud: service.origin, sub: "mailto:ops@example.test" });
  expect([heard.header("content-encoding"), heard.header("topic"), heard.header("ttl")]).toEqual(["aes128gcm", "r1", "86400"]);
  service.next.push({ status: 410 }, { status: 429 }, { status: 413 }, { status: 502 });
  const outcomes = [];
  for (let attempt = 0; attempt < 4; attempt++) outcomes.push(await send(JSON.stringify(browser.subscription)));
  expect(outcomes).toMatchObject([
    { outcome: "refused", addressFault: "invalid" },
    { outcome: "retry" },
    { outcome: "refused" },
    { outcome: "unknown" },
  ]);
  expect([await send("no json"), await send('{"endpoint":"https://x.test","keys":{"p256dh":"AA","auth":"AA"}}')]).toMatchObject([
    { outcome: "refused", addressFault: "invalid" },
    { outcome: "refused", addressFault: "invalid" },
  ]);
});

describe("WeChat", () => {
  const message = { channel: "wechat", templateId: "T1", data: { thing1: "订单已发出" }, link: "https://shop.example.test/o/1" } as const;

  test("sends a template once per reference, and fetches a new token when the old one is not taken any more", async () => {
    const wechat = await standIn(startWechat("wx1", "app-secret"));
    const provider = openedFor<"wechat_template">(
      "wechat",
      "wechat_template",
      { appId: "wx1", endpoint: wechat.origin },
      { appSecret: "app-secret" },
    );
    const adapter = createWechatTemplateAdapter(deps);
    const send = (to: string, reference = "r1") => adapter.send(provider, { reference, to, message }, signal);
    expect(await send("o1")).toEqual({ outcome: "accepted", providerRef: "1" });
    expect(await send("o1")).toMatchObject({ outcome: "accepted" });
    wechat.expire();
    expect(await send("o2", "r2")).toMatchObject({ outcome: "accepted" });
    expect([wechat.taken.length, wechat.tokensGiven()]).toEqual([2, 2]);
    expect(wechat.taken[0]).toEqual({
      path: "/cgi-bin/message/template/send",
      body: { touser: "o1", template_id: "T1", client_msg_id: "r1", url: message.link, data: { thing1: { value: "订单已发出" } } },
    });
    wechat.next.push({ body: { errcode: -1 } });
    expect(await send("o1", "r5")).toEqual({ outcome: "unknown", code: "wechat_-1" });
    expect([await send("nobody", "r3"), await send("left", "r4")]).toMatchObject([
      { outcome: "refused", addressFault: "invalid", code: "wechat_40003" },
      { outcome: "refused", addressFault: "unsubscribed" },
    ]);
  });

  test("sends subscription messages of either platform; a grant that was taken back says nothing of the address", async () => {
    const wechat = await standIn(startWechat("wx1", "app-secret"));
    const miniProgram = { appId: "wx2", page: "pages/o" };
    for (const [platform, path, place] of [
      ["official_account", "bizsend", { page: message.link, miniprogram: { appid: "wx2", pagepath: "pages/o" } }],
      ["mini_program", "send", { page: "pages/o" }],
    ] as const) {
      const provider = openedFor<"wechat_subscription">(
        "wechat",
        "wechat_subscription",
        { appId: "wx1", platform, endpoint: wechat.origin },
        { appSecret: "app-secret" },
      );
      const adapter = createWechatSubscriptionAdapter(deps);
      expect(await adapter.send(provider, { reference: "r1", to: "o1", message: { ...message, miniProgram } }, signal)).toMatchObject({
        outcome: "accepted",
      });
      expect(wechat.taken.at(-1)).toMatchObject({ path: `/cgi-bin/message/subscribe/${path}`, body: { touser: "o1", ...place } });
      expect(await adapter.send(provider, { reference: "r2", to: "refuses", message }, signal)).toEqual({
        outcome: "refused",
        code: "wechat_43101",
      });
    }
  });

  test("of an app with a wrong secret hands nothing over", async () => {
    const wechat = await standIn(startWechat("wx1", "app-secret"));
    const provider = openedFor<"wechat_template">(
      "wechat",
      "wechat_template",
      { appId: "wx1", endpoint: wechat.origin },
      { appSecret: "wrong" },
    );
    expect(await createWechatTemplateAdapter(deps).send(provider, { reference: "r1", to: "o1", message }, signal)).toMatchObject({
      outcome: "retry",
      code: "wechat_token_40125",
    });
  });
});

test("a WeCom order is accepted when it is there, and delivered when the member of staff sent it", async () => {
  const wecom = await standIn(startWechat("ww1", "corp-secret"));
  const provider = openedFor<"wecom_customer">(
    "wecom",
    "wecom_customer",
    { corpId: "ww1", staff: "lin", endpoint: wecom.origin },
    { secret: "corp-secret" },
  );
  const adapter = createWecomAdapter(deps);
  const message = { channel: "wecom", text: "新茶到了", link: { title: "看看", url: "https://shop.example.test/" } } as const;
  expect(await adapter.send(provider, { reference: "r1", to: "wm1", message }, signal)).toEqual({ outcome: "accepted", providerRef: "1" });
  expect(wecom.taken[0]?.body).toEqual({
    chat_type: "single",
    external_userid: ["wm1"],
    sender: "lin",
    text: { content: "新茶到了" },
    attachments: [{ msgtype: "link", link: { title: "看看", url: "https://shop.example.test/" } }],
  });
  expect(await adapter.send(provider, { reference: "r2", to: "wm-limit", message }, signal)).toEqual({
    outcome: "refused",
    code: "wecom_fail_list",
  });
  const look = (to: string, providerRef?: string) =>
    adapter.lookup?.(provider, { reference: "r1", to, handedOverMs: nowMs, providerRef }, signal);
  expect([await look("wm1", "1"), await look("wm2", "1"), await look("wm3", "1"), await look("wm1")]).toEqual([
    "delivered",
    "sent",
    "unknown",
    "unknown",
  ]);
});

describe("the own channels", () => {
  const secret = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  test("sign calls as the Standard Webhooks specification says, with the old secret beside the new one for its day", async () => {
    const system = await standIn(startStandIn(() => ({})));
    const secrets = { signingSecret: secret, oldSigningSecret: "whsec_AAAA", oldSigningSecretUntil: String(nowMs + 1) };
    const provider = openedFor<"own">("webhook", "own", {}, secrets);
    const message = {
      channel: "webhook",
      url: `${system.origin}/hook`,
      method: "POST",
      headers: { "X-Team": "tea", "Webhook-Id": "forged" },
      body: { n: 1 },
    } as const;
    expect(await createWebhookAdapter(deps).send(provider, { reference: "r1", to: "p1", message }, signal)).toMatchObject({
      outcome: "accepted",
    });
    const [heard] = system.heard;
    const seconds = Math.floor(nowMs / 1_000);
    const signed = (key: string) =>
      `v1,${createHmac("sha256", Buffer.from(key.slice(6), "base64"))
        .update(`r1.${seconds}.{"n":1}`)
        .digest("base64")}`;
    expect(heard?.header("webhook-signature").split(" ")).toEqual([signed(secret), signed("whsec_AAAA")]);
    expect([heard?.header("webhook-id"), heard?.header("x-team"), heard?.body.toString()]).toEqual(["r1", "tea", '{"n":1}']);
  });

  test("keep a message for the app under its reference", async () => {
    const kept: unknown[] = [];
    const keep = (_provider: object, one: object) => Promise.resolve(void kept.push(one));
    const message = { channel: "in_app", form: "pop_up", title: "t", body: "b", buttons: [], untilMs: 5 } as const;
    const provider = openedFor<"own">("in_app", "own", {}, {});
    expect(await createInAppAdapter({ keep, nowMs: () => 1 }).send(provider, { reference: "r1", to: "p1", message }, signal)).toMatchObject(
      { outcome: "accepted" },
    );
    expect(kept).toEqual([{ carried: { reference: "r1", to: "p1", message }, untilMs: 5 }]);
  });
});
