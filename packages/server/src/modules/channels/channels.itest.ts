import { createHmac } from "node:crypto";
import * as api from "@terrace/contract/api/channels";
import type { RouteContract } from "@terrace/contract/route";
import type { Receipt } from "@terrace/domain/messages/receipt";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { askedAbout, eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { startTwilio } from "@terrace/testkit/providers/sms-services";
import { startStandIn } from "@terrace/testkit/providers/stand-in";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import type { FastifyInstance } from "fastify";
import pino from "pino";
import { Registry } from "prom-client";
import type { z } from "zod";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "../../platform/http/http-server.ts";
import { createMailLines } from "../../platform/mail/mail-lines.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { openOutbound } from "./adapters/adapter-bench.ts";
import { createChannels, type Channels } from "./module.ts";

const START_MS = Date.UTC(2026, 6, 16, 12);
const SECRET = "s3cr3t-of-the-account";
const NUMBER = "+8613800138000";
const ACCOUNT = `AC${"a".repeat(32)}`;
const PUBLIC = "https://t.example.test";
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engine: TestStateEngine;
let server: FastifyInstance;
let channels: Channels;
let workspaceId = 0;
let nowMs = START_MS;
let receipts: { readonly workspaceId: number; readonly receipts: readonly Receipt[] }[] = [];
let acts: string[] = [];
let logged = "";

beforeAll(async () => {
  engine = await startStateEngine();
  const outbound = openOutbound("127.0.0.1,localhost");
  const log = pino({ level: "trace" }, { write: (line: string) => (logged += line) });
  let made = 0;
  channels = createChannels({
    db: engine.db,
    privacy,
    audit: (_tx, { action, detail }) => Promise.resolve(void acts.push(`${action} ${JSON.stringify(detail)}`)),
    outbound,
    mailLines: createMailLines({ outbound }),
    publicUrl: PUBLIC,
    onReceipt: (workspace, _from, told) => Promise.resolve(void receipts.push({ workspaceId: workspace, receipts: told })),
    nowMs: () => nowMs,
    randomId: () => `id-${(made += 1)}`,
    randomBytes: (count) => new Uint8Array(count).fill((made += 1)),
    log,
  });
  server = createHttpServer({ log, randomId: () => "r", nowMs: () => nowMs, trustProxy: false, metrics: new Registry() });
  await channels.register(server);
}, 120_000);
afterAll(async () => {
  await server.close();
  await engine.stop();
});
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  [receipts, acts, nowMs] = [[], [], START_MS];
});

const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(channels.routes, workspaceId, of, input);
const faultOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((caught: unknown) => caught);
  return typeof error === "object" && error !== null ? (Reflect.get(error, "fault") as object) : undefined;
};
type NewProvider = z.input<typeof api.createChannelProvider.body>;
const add = async (body: NewProvider) => (await call(api.createChannelProvider, { body })).provider;
const twilio = (endpoint: string) => ({ kind: "twilio_sms" as const, accountSid: ACCOUNT, sender: "+15005550006", endpoint });
const sandbox = { kind: "sandbox" as const };
const list = async () => (await call(api.listChannelProviders)).items;
const signal = new AbortController().signal;

describe("providers", () => {
  test("say how many messages they take at a time, how long one may take, and where that is another account", async () => {
    const settings = {
      kind: "smtp" as const,
      security: "none" as const,
      host: "localhost",
      port: 2525,
      user: "",
      from: "a@example.test",
      connections: 3,
    };
    const { id } = await add({ channel: "email", name: "一", settings });
    const before = await channels.providerFor(workspaceId, "email");
    expect(before).toMatchObject({ atOnce: 3, handoverMs: 60_000 });
    await call(api.updateChannelProvider, { params: { provider: id }, body: { settings: { ...settings, connections: 4 } } });
    expect(await channels.providerFor(workspaceId, "email")).toMatchObject({ atOnce: 4, trust: before?.trust });
    await call(api.updateChannelProvider, { params: { provider: id }, body: { settings: { ...settings, port: 2526 } } });
    expect((await channels.providerFor(workspaceId, "email"))?.trust).not.toBe(before?.trust);
  });

  test("the first of a channel is its default, another may take its place, and the oldest left does when it goes", async () => {
    const one = await add({ channel: "sms", name: "一", settings: sandbox });
    const two = await add({ channel: "sms", name: "二", settings: sandbox, ratePerSecond: 20 });
    await add({ channel: "email", name: "一", settings: sandbox });
    expect([one.isDefault, two.isDefault]).toEqual([true, false]);
    await call(api.updateChannelProvider, { params: { provider: two.id }, body: { isDefault: true } });
    expect(await channels.providerFor(workspaceId, "sms")).toEqual({
      id: two.id,
      kind: "sandbox",
      repeating: "idempotent",
      repeatableForMs: null,
      ratePerSecond: 20,
      atOnce: 128,
      handoverMs: 20_000,
      trust: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await call(api.updateChannelProvider, { params: { provider: two.id }, body: { state: "off", ratePerSecond: null } });
    expect(await channels.providerFor(workspaceId, "sms")).toBeUndefined();
    await call(api.deleteChannelProvider, { params: { provider: two.id } });
    expect((await channels.providerFor(workspaceId, "sms"))?.id).toBe(one.id);
    expect(await channels.providerFor(workspaceId, "push")).toBeUndefined();
    const verbs = ["create", "create", "create", "update", "update", "delete"];
    expect(acts.map((act) => act.split(" ")[0])).toEqual(verbs.map((verb) => `channel_provider.${verb}`));
  });

  test("never give a secret back, keep it while messages go to the same account, and forget it when they would go elsewhere", async () => {
    const made = await add({ channel: "sms", name: "Twilio", settings: twilio("http://127.0.0.1:1"), secrets: { authToken: SECRET } });
    nowMs += 1_000;
    const renamed = await call(api.updateChannelProvider, {
      params: { provider: made.id },
      body: { name: "T", settings: { ...twilio("http://127.0.0.1:1"), sender: "Tea" } },
    });
    expect(renamed).toMatchObject({ name: "T", secretsSet: ["authToken"], secretsAt: made.secretsAt });
    const moved = call(api.updateChannelProvider, { params: { provider: made.id }, body: { settings: twilio("http://127.0.0.1:2") } });
    expect(await faultOf(moved)).toMatchObject({ code: "channel.secret_missing", field: "secrets.authToken" });
    const given = await call(api.updateChannelProvider, {
      params: { provider: made.id },
      body: { settings: twilio("http://127.0.0.1:2"), secrets: { authToken: `${SECRET}2` } },
    });
    expect(given.secretsAt).not.toBe(made.secretsAt);
    const seen = JSON.stringify([made, renamed, given, await list(), acts]);
    expect(seen).not.toContain(SECRET);
    const rows = await engine.db<{ row: string }[]>`select p::text as row from channel_provider p where workspace_id = ${workspaceId}`;
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${SECRET}|${Buffer.from(SECRET).toString("hex")}`));
  });

  test("are refused with the field and the mend", async () => {
    await add({ channel: "sms", name: "一", settings: sandbox });
    const cases = [
      [
        { channel: "email", name: "x", settings: twilio("http://127.0.0.1:1"), secrets: { authToken: "a" } },
        "channel.kind_not_of_channel",
        "settings.kind",
      ],
      [{ channel: "sms", name: "x", settings: twilio("http://127.0.0.1:1") }, "channel.secret_missing", "secrets.authToken"],
      [{ channel: "sms", name: "x", settings: sandbox, secrets: { key: "a" } }, "channel.secret_unknown", "secrets.key"],
      [{ channel: "sms", name: "一", settings: sandbox }, "channel.name_taken", "name"],
      [
        { channel: "sms", name: "x", settings: twilio("http://10.0.0.1"), secrets: { authToken: "a" } },
        "outbound.not_public",
        "settings.endpoint",
      ],
      [
        {
          channel: "email",
          name: "x",
          settings: {
            kind: "smtp",
            host: "localhost",
            port: 25,
            security: "none",
            from: "a@example.test",
            dkim: { domain: "example.test", selector: "s" },
          },
          secrets: { dkimKey: "no key" },
        },
        "channel.secret_malformed",
        "secrets.dkimKey",
      ],
    ] as const;
    for (const [body, code, field] of cases) {
      const fault = await faultOf(call(api.createChannelProvider, { body: body satisfies NewProvider }));
      expect(fault).toMatchObject({ code, field, mend: expect.any(String) });
    }
    expect(await faultOf(call(api.testChannelProvider, { params: { provider: "999" }, body: { to: "x", text: "x" } }))).toMatchObject({
      code: "channel.provider_not_found",
    });
    const [other] = await list();
    expect(
      await faultOf(call(api.updateChannelProvider, { params: { provider: other?.id ?? "" }, body: { settings: { kind: "own" } } })),
    ).toMatchObject({ code: "channel.kind_stays" });
    const elsewhere = await makeWorkspace(engine.db);
    expect(
      await faultOf(callRoute(channels.routes, elsewhere, api.deleteChannelProvider, { params: { provider: other?.id ?? "" } })),
    ).toMatchObject({ code: "channel.provider_not_found" });
  });
});

describe("handing over", () => {
  test("goes by the settings of the moment, and no log tells number, text or secret", async () => {
    const service = await startTwilio(ACCOUNT, SECRET);
    const { id } = await add({ channel: "sms", name: "Twilio", settings: twilio(service.origin), secrets: { authToken: SECRET } });
    const handover = {
      reference: "r1",
      address: { channel: "sms", value: NUMBER },
      message: { channel: "sms", text: "私密的话" },
    } as const;
    const send = () => channels.send(workspaceId, id, handover, signal);
    expect(await send()).toMatchObject({ outcome: "accepted" });
    const [provider] = await list();
    expect(service.taken[0]?.get("StatusCallback")).toBe(`${PUBLIC}${provider?.receiptPath ?? ""}?reference=r1`);
    await call(api.updateChannelProvider, { params: { provider: id }, body: { state: "off" } });
    expect(await send()).toEqual({ outcome: "retry", code: "channel.provider_off", afterMs: 60_000 });
    await call(api.updateChannelProvider, { params: { provider: id }, body: { state: "on", secrets: { authToken: "wrong" } } });
    expect(await send()).toMatchObject({ outcome: "retry", code: "twilio_20003" });
    const tested = await call(api.testChannelProvider, { params: { provider: id }, body: { to: "12", text: "私密的话" } });
    expect(tested).toMatchObject({ outcome: "retry" });
    await call(api.deleteChannelProvider, { params: { provider: id } });
    expect(await send()).toEqual({ outcome: "retry", code: "channel.provider_gone" });
    expect(await channels.lookup(workspaceId, id, { reference: "r1", to: NUMBER, handedOverMs: nowMs }, signal)).toBe("unknown");
    expect(logged + JSON.stringify(acts)).not.toMatch(/138001|私密的话|s3cr3t/);
    await service.stop();
  });

  test("to a sandbox keeps it once, shows it masked and whole on record, and it goes with the person", async () => {
    const { id } = await add({ channel: "sms", name: "沙箱", settings: sandbox });
    const handover = (reference: string, value: string) =>
      ({ reference, address: { channel: "sms", value }, message: { channel: "sms", text: `您好 ${reference}` } }) as const;
    for (const one of [handover("r1", NUMBER), handover("r1", NUMBER), handover("r2", "+8613900139000")])
      expect(await channels.send(workspaceId, id, one, signal)).toMatchObject({ outcome: "accepted" });
    expect([
      await channels.lookup(workspaceId, id, { reference: "r1", to: "", handedOverMs: 0 }, signal),
      await channels.lookup(workspaceId, id, { reference: "r3", to: "", handedOverMs: 0 }, signal),
    ]).toEqual(["delivered", "absent"]);
    const { items } = await call(api.listSandboxMessages);
    expect(items.map(({ reference, to }) => [reference, to])).toEqual([
      ["r2", "+86****000"],
      ["r1", "+86****000"],
    ]);
    const shown = await call(api.getSandboxMessage, { params: { message: items[1]?.id ?? "" } });
    expect(shown.message).toEqual({ channel: "sms", text: "您好 r1" });
    expect(acts.at(-1)).toContain("channel_provider.look");
    const whose = { personId: "1", originIds: ["11"] };
    const asked = { ...askedAbout(workspaceId, whose), mentions: (text: string) => text.includes("13800138000") };
    expect(await channels.holder.describe(asked)).toMatchObject([{ key: "kept_messages", total: 1 }]);
    await eraseFrom(engine.db, channels.holder, erasureOf(workspaceId, [whose], ["13800138000"]));
    expect((await call(api.listSandboxMessages)).items.map(({ reference }) => reference)).toEqual(["r2"]);
    nowMs += 8 * 86_400_000;
    for (const { run } of channels.jobs) await run();
    expect((await call(api.listSandboxMessages)).items).toEqual([]);
  });

  test("for the own app is kept for its person alone: it is told to them, goes with them, and stands in no sandbox's list", async () => {
    const { provider } = await call(api.createChannelProvider, { body: { channel: "in_app", name: "App", settings: { kind: "own" } } });
    const keep = (reference: string, personId: string) => {
      const message = { channel: "in_app", form: "message", title: "您好", body: reference, buttons: [] } as const;
      return channels.send(workspaceId, provider.id, { reference, address: { channel: "in_app", value: personId }, message }, signal);
    };
    for (let n = 0; n < 501; n += 1) await keep(`a${n}`, "1");
    await keep("b1", "2");
    const totals = async (personId: string) =>
      (await channels.holder.describe(askedAbout(workspaceId, { personId, originIds: [] })))[0]?.total;
    expect([await totals("1"), await totals("2"), await totals("3")]).toEqual([501, 1, undefined]);
    expect((await call(api.listSandboxMessages)).items).toEqual([]);
    const subjects = erasureOf(workspaceId, [{ personId: "1", originIds: ["11"] }]);
    const steps = [await eraseFrom(engine.db, channels.holder, subjects), await eraseFrom(engine.db, channels.holder, subjects)];
    expect(steps).toMatchObject([
      { done: false, removed: { rows: 500 } },
      { done: true, removed: { rows: 1 } },
    ]);
    expect([await totals("1"), await totals("2")]).toEqual([undefined, 1]);
  });

  test("of a webhook is signed with a secret that is shown once, and renewed beside the old one", async () => {
    const heard: string[] = [];
    const system = await startStandIn(({ header }) => ({ status: heard.push(header("webhook-signature")) > 0 ? 200 : 500 }));
    const { provider, signingSecret } = await call(api.createChannelProvider, {
      body: { channel: "webhook", name: "ERP", settings: { kind: "own" } },
    });
    const message = { channel: "webhook", url: system.origin, method: "POST", headers: {}, body: { a: 1 } } as const;
    const send = () =>
      channels.send(workspaceId, provider.id, { reference: "r1", address: { channel: "webhook", value: "p" }, message }, signal);
    const renewed = await (await send(),
    call(api.rotateChannelSecret, { params: { provider: provider.id }, body: { what: "signing_secret" } }));
    await send();
    nowMs += 86_400_000;
    await send();
    const counts = heard.map((signatures) => signatures.split(" ").length);
    expect([signingSecret?.startsWith("whsec_"), renewed.signingSecret === signingSecret, counts]).toEqual([true, false, [1, 2, 1]]);
    await system.stop();
  });
});

describe("receipts", () => {
  const post = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
    server.inject({ method: "POST", url: path, payload: body, headers: { "content-type": "application/json", ...headers } });

  test("of Twilio are taken when they are signed for the address they were posted to", async () => {
    const { receiptPath } = await add({
      channel: "sms",
      name: "T",
      settings: twilio("http://127.0.0.1:1"),
      secrets: { authToken: SECRET },
    });
    const path = `${receiptPath ?? ""}?reference=r1`;
    const form = { MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30003", To: NUMBER };
    const signature = createHmac("sha1", SECRET)
      .update(`${PUBLIC}${path}ErrorCode30003MessageSidSM1MessageStatusundeliveredTo${NUMBER}`)
      .digest("base64");
    const send = (by: string, fields: Record<string, string> = form) =>
      post(path, new URLSearchParams(fields).toString(), { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": by });
    expect((await send(signature)).statusCode).toBe(200);
    expect(receipts).toEqual([
      { workspaceId, receipts: [{ reference: "r1", providerRef: "SM1", what: "failed", atMs: START_MS, detail: "30003" }] },
    ]);
    expect((await send(signature, { ...form, MessageStatus: "delivered" })).json()).toMatchObject({
      error: { code: "channel.receipt_signature_wrong" },
    });
    expect(receipts).toHaveLength(1);
  });

  test("of services that sign nothing are known by their address alone, which can be renewed", async () => {
    const aliyun = await add({
      channel: "sms",
      name: "A",
      settings: { kind: "aliyun_sms", accessKeyId: "L", signName: "茶", endpoint: "http://127.0.0.1:1" },
      secrets: { accessKeySecret: "x" },
    });
    const report = {
      phone_number: "13800138000",
      report_time: "2026-07-16 20:00:01",
      success: true,
      err_code: "DELIVERED",
      biz_id: "b1",
      out_id: "r1",
    };
    const answer = await post(
      aliyun.receiptPath ?? "",
      JSON.stringify([report, { ...report, success: false, err_code: "MOBILE_NOT_ON_SERVICE", out_id: "r2" }]),
      {},
    );
    expect(answer.json()).toEqual({ code: 0, msg: "OK" });
    expect(receipts[0]?.receipts).toEqual([
      { reference: "r1", providerRef: "b1", what: "delivered", atMs: START_MS + 1_000, detail: "DELIVERED" },
      { reference: "r2", providerRef: "b1", what: "failed", atMs: START_MS + 1_000, detail: "MOBILE_NOT_ON_SERVICE" },
    ]);
    const tencent = await add({
      channel: "sms",
      name: "B",
      settings: { kind: "tencent_sms", secretId: "A", sdkAppId: "1", signName: "茶", endpoint: "http://127.0.0.1:1" },
      secrets: { secretKey: "x" },
    });
    const told = [
      {
        user_receive_time: "2026-07-16 20:00:02",
        nationcode: "86",
        mobile: "13800138000",
        report_status: "SUCCESS",
        errmsg: "DELIVRD",
        sid: "5000:1",
      },
    ];
    expect((await post(tencent.receiptPath ?? "", JSON.stringify(told), {})).json()).toEqual({ result: 0, errmsg: "OK" });
    expect(receipts[1]?.receipts).toEqual([{ providerRef: "5000:1", what: "delivered", atMs: START_MS + 2_000, detail: "DELIVRD" }]);
    const { provider } = await call(api.rotateChannelSecret, { params: { provider: aliyun.id }, body: { what: "receipt_path" } });
    expect(provider.receiptPath).not.toBe(aliyun.receiptPath);
    expect((await post(aliyun.receiptPath ?? "", "[]", {})).json()).toMatchObject({ error: { code: "channel.receipt_address_unknown" } });
    expect((await post(provider.receiptPath ?? "", "none", {})).json()).toMatchObject({ error: { code: "request.malformed" } });
  });

  test("in the general form are taken when they are signed with the provider's own secret, lately", async () => {
    const smtp = { kind: "smtp", host: "localhost", port: 25, security: "none", from: "a@example.test" } as const;
    const { receiptPath } = await add({ channel: "email", name: "M", settings: smtp, secrets: { receiptSecret: SECRET } });
    const body = JSON.stringify([
      { reference: "r1", what: "bounced", at: "2026-07-16T12:00:03Z", detail: "5.1.1" },
      { providerRef: "m2", what: "complained", detail: "a@b.test said so" },
    ]);
    const signed = (atMs: number, key = SECRET) =>
      `t=${atMs / 1_000},v1=${createHmac("sha256", key)
        .update(`${atMs / 1_000}.${body}`)
        .digest("hex")}`;
    const send = (signature: string) => post(receiptPath ?? "", body, { "x-terrace-signature": signature });
    expect((await send(signed(START_MS))).statusCode).toBe(200);
    expect(receipts[0]?.receipts).toEqual([
      { reference: "r1", what: "bounced", atMs: START_MS + 3_000, detail: "5.1.1" },
      { providerRef: "m2", what: "complained", atMs: START_MS, detail: "" },
    ]);
    for (const wrong of [signed(START_MS - 301_000), signed(START_MS, "other"), ""]) expect((await send(wrong)).statusCode).toBe(401);
  });

  test("nobody has a secret for are refused", async () => {
    const { receiptPath } = await add({ channel: "sms", name: "H", settings: { kind: "http_sms", url: "http://127.0.0.1:1/" } });
    const signature = `t=${START_MS / 1_000},v1=${createHmac("sha256", "")
      .update(`${START_MS / 1_000}.[]`)
      .digest("hex")}`;
    expect((await post(receiptPath ?? "", "[]", { "x-terrace-signature": signature })).statusCode).toBe(401);
  });
});
