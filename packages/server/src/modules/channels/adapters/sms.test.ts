import type { ProviderKind } from "@terrace/domain/messages/channel";
import { startAliyun, startTencent, startTwilio } from "@terrace/testkit/providers/sms-services";
import { startStandIn, type StandIn } from "@terrace/testkit/providers/stand-in";
import { afterEach, describe, expect, test } from "vitest";
import { openOutbound, openedFor } from "./adapter-bench.ts";
import { aliyunHeaders } from "./aliyun-signature.ts";
import { createAliyunAdapter } from "./aliyun-sms.ts";
import { createHttpSmsAdapter } from "./http-sms.ts";
import { createProviderCall } from "./provider-call.ts";
import { tencentHeaders } from "./tencent-signature.ts";
import { createTencentAdapter } from "./tencent-sms.ts";
import { createTwilioAdapter } from "./twilio-sms.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const SECRET = "s3cr3t-of-the-account";
const NUMBER = "+8613800138000";
const message = {
  channel: "sms",
  text: "您好",
  template: {
    id: "SMS_1",
    params: [
      ["name", "李 & 王*"],
      ["n", "3"],
    ],
  },
} as const;
const carried = { reference: "r1", to: NUMBER, message };
const signal = new AbortController().signal;
const call = createProviderCall(openOutbound());
let made = 0;
const deps = { call, nowMs: () => NOW_MS, randomId: () => `nonce-${(made += 1)}`, receiptUrl: () => "https://t.example.test/receipts/x" };

const started: StandIn[] = [];
afterEach(() => Promise.all(started.splice(0).map(({ stop }) => stop())));
async function standIn<Made extends StandIn>(starting: Promise<Made>): Promise<Made> {
  const one = await starting;
  started.push(one);
  return one;
}
const opened = <Kind extends ProviderKind>(kind: Kind, settings: object, secrets: Readonly<Record<string, string>>) =>
  openedFor<Kind>("sms", kind, settings, secrets);

describe("published examples of signatures", () => {
  test("Alibaba Cloud's of version 3", () => {
    const headers = aliyunHeaders(
      {
        host: "ecs.cn-shanghai.aliyuncs.com",
        action: "RunInstances",
        version: "2014-05-26",
        query: { ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", RegionId: "cn-shanghai" },
        atMs: Date.UTC(2023, 9, 26, 10, 22, 32),
        nonce: "3156853299f313e23d1673dc12e1703d",
      },
      { id: "YourAccessKeyId", secret: "YourAccessKeySecret" },
    );
    expect(headers["authorization"]).toMatch(/Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/);
  });

  test("Tencent Cloud's TC3", () => {
    const headers = tencentHeaders(
      {
        host: "cvm.tencentcloudapi.com",
        service: "cvm",
        action: "DescribeInstances",
        body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
        atMs: 1_551_113_065_000,
      },
      { id: "AKID********************************", secret: "********************************" },
    );
    expect(headers["authorization"]).toMatch(/Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f$/);
  });
});

describe("Alibaba Cloud", () => {
  const settings = (origin: string) => ({ accessKeyId: "LTAI1", signName: "叠翠茶铺", endpoint: origin });
  test("takes a signed message once per call and knows it by our reference", async () => {
    const aliyun = await standIn(startAliyun(SECRET));
    const provider = opened("aliyun_sms", settings(aliyun.origin), { accessKeySecret: SECRET });
    const adapter = createAliyunAdapter(deps);
    expect(await adapter.send(provider, carried, signal)).toEqual({ outcome: "accepted", providerRef: "biz-1" });
    expect(aliyun.taken).toEqual([{ to: "13800138000", reference: "r1" }]);
    const asked = { reference: "r1", to: NUMBER, handedOverMs: NOW_MS };
    expect(await adapter.lookup?.(provider, asked, signal)).toBe("delivered");
    // Too early to say that it is not there; later it is certain.
    expect(await adapter.lookup?.(provider, { ...asked, reference: "r2" }, signal)).toBe("unknown");
    expect(await adapter.lookup?.(provider, { ...asked, reference: "r2", handedOverMs: NOW_MS - 3_600_000 }, signal)).toBe("absent");
  });

  test("is told apart by its words: the number, the quota, the key, a fault of its own", async () => {
    const aliyun = await standIn(startAliyun(SECRET));
    const adapter = createAliyunAdapter(deps);
    const provider = opened("aliyun_sms", settings(aliyun.origin), { accessKeySecret: SECRET });
    expect(await adapter.send(provider, { ...carried, to: "nobody" }, signal)).toMatchObject({
      outcome: "refused",
      addressFault: "invalid",
    });
    for (const [Code, outcome] of [
      ["isv.BUSINESS_LIMIT_CONTROL", "retry"],
      ["Throttling.User", "retry"],
      ["isp.SYSTEM_ERROR", "unknown"],
      // The same request came before: what became of it is not said.
      ["SignatureNonceUsed", "unknown"],
      ["isv.SMS_TEMPLATE_ILLEGAL", "refused"],
    ] as const) {
      aliyun.next.push({ body: { Code } });
      expect(await adapter.send(provider, carried, signal)).toMatchObject({ outcome, code: `aliyun_${Code}` });
    }
    expect(await adapter.send(opened("aliyun_sms", settings(aliyun.origin), { accessKeySecret: "other" }), carried, signal)).toMatchObject({
      outcome: "retry",
    });
    expect(aliyun.taken).toEqual([]);
  });
});

describe("Tencent Cloud", () => {
  test("takes a signed message; a wrong number and a wrong key are told apart", async () => {
    const tencent = await standIn(startTencent(SECRET));
    const settings = { secretId: "AKID1", sdkAppId: "1400006666", signName: "叠翠茶铺", endpoint: tencent.origin };
    const provider = opened("tencent_sms", settings, { secretKey: SECRET });
    const adapter = createTencentAdapter(deps);
    expect(await adapter.send(provider, carried, signal)).toEqual({ outcome: "accepted", providerRef: "5000:1" });
    expect(tencent.taken).toEqual([{ to: NUMBER, reference: "r1" }]);
    expect(await adapter.send(provider, { ...carried, to: "123" }, signal)).toMatchObject({ outcome: "refused", addressFault: "invalid" });
    expect(await adapter.send(opened("tencent_sms", settings, { secretKey: "other" }), carried, signal)).toMatchObject({
      outcome: "retry",
    });
    tencent.next.push({ body: { Response: { Error: { Code: "InternalError.SendAndRecvFail" } } } });
    expect(await adapter.send(provider, carried, signal)).toMatchObject({ outcome: "unknown" });
    expect(await adapter.send(provider, { ...carried, message: { channel: "sms", text: "x" } }, signal)).toMatchObject({
      outcome: "refused",
    });
  });
});

describe("Twilio", () => {
  const account = `AC${"a".repeat(32)}`;
  test("takes a message with the address for its receipts; who asked for no more is told apart from a wrong number", async () => {
    const twilio = await standIn(startTwilio(account, SECRET));
    const provider = opened("twilio_sms", { accountSid: account, sender: "+15005550006", endpoint: twilio.origin }, { authToken: SECRET });
    const adapter = createTwilioAdapter(deps);
    expect(await adapter.send(provider, { ...carried, message: { channel: "sms", text: "Hi", signature: "Tea" } }, signal)).toMatchObject({
      outcome: "accepted",
    });
    expect(Object.fromEntries(twilio.taken[0] ?? [])).toEqual({
      To: NUMBER,
      From: "+15005550006",
      Body: "【Tea】Hi",
      StatusCallback: "https://t.example.test/receipts/x?reference=r1",
    });
    expect(await adapter.send(provider, { ...carried, to: "12" }, signal)).toMatchObject({ outcome: "refused", addressFault: "invalid" });
    twilio.next.push({ status: 400, body: { code: 21610 } }, { status: 429, body: { code: 20429 }, headers: { "retry-after": "7" } });
    expect(await adapter.send(provider, carried, signal)).toMatchObject({ outcome: "refused", addressFault: "unsubscribed" });
    expect(await adapter.send(provider, carried, signal)).toEqual({ outcome: "retry", code: "twilio_20429", afterMs: 7_000 });
  });
});

describe("any service by HTTP", () => {
  const settings = (origin: string) => ({
    url: `${origin}/send?to={{to}}`,
    headers: { "X-Key": "{{secret}}" },
    body: '{"to":"{{to}}","text":"{{text}}","ref":"{{reference}}","who":"{{param.name}}","none":"{{what}}"}',
    success: { statusBelow: 300, field: "data.code", equals: "0", idField: "data.id" },
  });

  test("gets what its settings say, and every value is written so that it stays one", async () => {
    const service = await standIn(startStandIn(() => ({ body: { data: { code: 0, id: "m1" } } })));
    const provider = opened("http_sms", settings(service.origin), { secret: SECRET });
    const text = '"},{"to":"x\n';
    expect(await createHttpSmsAdapter(deps).send(provider, { ...carried, message: { ...message, text } }, signal)).toEqual({
      outcome: "accepted",
      providerRef: "m1",
    });
    const [heard] = service.heard;
    expect([heard?.header("x-key"), heard?.query.get("to")]).toEqual([SECRET, NUMBER]);
    expect(JSON.parse(heard?.body.toString("utf8") ?? "")).toEqual({ to: NUMBER, text, ref: "r1", who: "李 & 王*", none: "" });
  });

  test("is refused by its own field, and the end of what was heard without an answer is unknown", async () => {
    const service = await standIn(startStandIn(() => ({ body: { data: { code: 7 } } })));
    const provider = opened("http_sms", settings(service.origin), { secret: SECRET });
    const adapter = createHttpSmsAdapter(deps);
    expect(await adapter.send(provider, carried, signal)).toEqual({ outcome: "refused", code: "http_sms_7" });
    service.next.push("hang_up", { status: 500 }, { status: 429 }, { status: 404 });
    const outcomes = [];
    for (let attempt = 0; attempt < 4; attempt++) outcomes.push((await adapter.send(provider, carried, signal)).outcome);
    expect(outcomes).toEqual(["unknown", "unknown", "retry", "refused"]);
    service.next.push("silence");
    const stopping = new AbortController();
    const waiting = adapter.send(provider, carried, stopping.signal);
    await expect.poll(() => service.heard.length, { timeout: 10_000 }).toBe(6);
    stopping.abort();
    expect((await waiting).outcome).toBe("unknown");
  });

  test("that is not there, or not public, is tried again: nothing was said to it", async () => {
    const service = await standIn(startStandIn(() => ({})));
    await service.stop();
    const adapter = createHttpSmsAdapter(deps);
    const gone = opened("http_sms", { ...settings(service.origin), url: `${service.origin}/` }, {});
    expect(await adapter.send(gone, carried, signal)).toEqual({ outcome: "retry", code: "ECONNREFUSED" });
    const guarded = createHttpSmsAdapter({ call: createProviderCall(openOutbound("")) });
    expect(await guarded.send(gone, carried, signal)).toEqual({ outcome: "retry", code: "outbound.not_public" });
  });
});

test("nothing that is said of a message holds its number, its text or a secret", async () => {
  const service = await standIn(startStandIn(() => ({ body: { data: { code: `${NUMBER} 您好 ${SECRET}` } } })));
  const provider = opened(
    "http_sms",
    { url: service.origin, success: { statusBelow: 300, field: "data.code", equals: "0" } },
    { secret: SECRET },
  );
  const outcome = await createHttpSmsAdapter(deps).send(provider, carried, signal);
  expect(JSON.stringify(outcome)).not.toMatch(/138000|您好|s3cr3t/);
});
