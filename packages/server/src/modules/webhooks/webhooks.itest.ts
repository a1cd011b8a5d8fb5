import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import * as api from "@terrace/contract/api/webhooks";
import { EMPTY_CONTEXT, type FeedEvent } from "@terrace/domain/event/feed-event";
import type { RouteContract } from "@terrace/contract/route";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PlacedEvent } from "../../platform/feed/resolver.ts";
import { holdOutward, releaseOutward } from "../../platform/outbound/hold.store.ts";
import { createOutbound } from "../../platform/outbound/outbound.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createWebhooks, type Webhooks } from "./module.ts";

const START_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engine: TestStateEngine;
let receiver: Server;
let port = 0;
let workspaceId = 0;
let webhooks: Webhooks;
let nowMs = START_MS;
let status = 200;
let received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  engine = await startStateEngine();
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
}, 120_000);
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await engine.stop();
});
beforeEach(async () => {
  // What other tests left must not be sent in this one.
  await engine.db`delete from webhook /* all workspaces: a fresh start */`;
  workspaceId = await makeWorkspace(engine.db);
  nowMs = START_MS;
  status = 200;
  received = [];
  webhooks = createWebhooks({
    db: engine.db,
    privacy,
    audit: () => Promise.resolve(),
    owners: (_workspace, origins) => Promise.resolve(new Map(origins.map((origin) => [origin, "42"]))),
    outbound: createOutbound({ db: engine.db, allow: `127.0.0.1:${port}` }),
    nowMs: () => nowMs,
    randomId: () => `r${nowMs}`,
    randomBytes: (count) => new Uint8Array(count).fill(5),
    chance: () => 0,
    log: pino({ level: "silent" }),
  });
});

function call<C extends RouteContract>(contract: C, input: CallInput<C> = {}) {
  return callRoute(webhooks.routes, workspaceId, contract, input);
}

function placed(messageId: string, more: Partial<FeedEvent> = {}): PlacedEvent {
  const event: FeedEvent = {
    workspaceId,
    messageId,
    source: "segment",
    name: "Order Completed",
    timeMs: nowMs,
    receivedAtMs: nowMs,
    ids: [
      { kind: "user_id", value: "u-1" },
      { kind: "phone", value: "13800138000" },
    ],
    link: "observed",
    properties: { revenue: 12, phone: privacy.tokenise(workspaceId, "phone", "13800138000") },
    context: EMPTY_CONTEXT,
    traits: [],
    secrets: {},
    ...more,
  };
  return { event, propertiesText: "{}", lane: 1, seq: "1", index: Number(messageId.slice(1)) };
}

async function makeWebhook(events: readonly string[] = [], path = "/in?key=robot-secret") {
  return call(api.createWebhook, { body: { name: "ERP", address: `http://127.0.0.1:${port}${path}`, events: [...events] } });
}

async function happen(...events: readonly PlacedEvent[]): Promise<void> {
  nowMs += 1_000;
  if (await webhooks.reaction.wanted()) await inTransaction(engine.db, (tx) => webhooks.reaction.react(tx, events));
}

async function deliver(): Promise<void> {
  const { signal } = new AbortController();
  for (const loop of webhooks.loops) while ((await loop.step(signal)) === 0);
  await webhooks.stop();
}

async function deliveries(webhook: string) {
  return (await call(api.listWebhookDeliveries, { params: { webhook } })).items;
}

describe("a webhook", () => {
  test("is told once of each event it listens for, signed, without anything personal, and with the person", async () => {
    const { webhook, secret } = await makeWebhook(["Order Completed"]);
    const events = [placed("m0"), placed("m1", { name: "Page Viewed" }), placed("m2", { receivedAtMs: START_MS - 1 })];
    await happen(...events);
    // The feed was replayed.
    await happen(...events);
    await deliver();
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    expect(JSON.parse(body)).toMatchObject({
      id: "1-1-0",
      type: "Order Completed",
      data: { personId: "42", ids: [{ kind: "user_id", value: "u-1" }], properties: { revenue: 12, phone: "***" } },
    });
    expect(body).not.toContain("13800138000");
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const text = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(text).digest("base64")}`);
    expect(await deliveries(webhook.id)).toMatchObject([{ state: "delivered", attempts: 1, log: [{ status: 200 }] }]);
  });

  test("is told of more than is under way at once without a pause between", async () => {
    await makeWebhook();
    await happen(...Array.from({ length: 50 }, (_, index) => placed(`m${index}`)));
    await deliver();
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(50);
    expect(received).toHaveLength(50);
  });

  test("is tried again at growing distances until it answers, and then given up until sent again", async () => {
    const { webhook } = await makeWebhook();
    await happen(placed("m0"));
    status = 503;
    await deliver();
    await deliver();
    expect(received).toHaveLength(1);
    for (let attempt = 2; attempt <= 9; attempt += 1) {
      nowMs += 13 * 3_600_000;
      await deliver();
    }
    expect(received).toHaveLength(9);
    const [failed] = await deliveries(webhook.id);
    expect(failed).toMatchObject({ state: "failed", attempts: 9 });
    expect(failed?.log.map((line) => line.status)).toEqual(Array.from({ length: 9 }, () => 503));
    status = 200;
    expect(await call(api.resendWebhookDeliveries, { params: { webhook: webhook.id }, body: { failed: true } })).toEqual({ count: 1 });
    await deliver();
    expect((await deliveries(webhook.id))[0]).toMatchObject({ state: "delivered", attempts: 1 });
    expect(new Set(received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set(["1-1-0"]));
  });

  test("is paused when its address is gone, keeps what waits, and sends it when started again", async () => {
    const { webhook } = await makeWebhook();
    await happen(placed("m0"));
    status = 410;
    await deliver();
    const [gone] = (await call(api.listWebhooks)).items;
    expect(gone).toMatchObject({ state: "paused", pausedBecause: "gone", waiting: 1 });
    status = 200;
    await call(api.updateWebhook, { params: { webhook: webhook.id }, body: { state: "active" } });
    nowMs += 60_000;
    await deliver();
    expect((await call(api.listWebhooks)).items[0]).toMatchObject({ state: "active", pausedBecause: null, waiting: 0, delivered: 1 });
  });

  test("hears nothing while the installation is held", async () => {
    await makeWebhook();
    await happen(placed("m0"));
    await inTransaction(engine.db, (tx) => holdOutward(tx, { since: new Date(nowMs), reason: "restored" }));
    await deliver();
    expect(received).toHaveLength(0);
    await inTransaction(engine.db, (tx) => releaseOutward(tx));
    await deliver();
    expect(received).toHaveLength(1);
  });

  test("signs with the old secret too for a day after a new one was made", async () => {
    const { webhook } = await makeWebhook();
    await call(api.rotateWebhookSecret, { params: { webhook: webhook.id } });
    await call(api.testWebhook, { params: { webhook: webhook.id } });
    await deliver();
    expect(String(received[0]?.headers["webhook-signature"]).split(" ")).toHaveLength(2);
  });

  test("is refused with an address that is not public, and shows no secret part of its address", async () => {
    await expect(call(api.createWebhook, { body: { name: "x", address: "http://169.254.169.254/latest" } })).rejects.toMatchObject({
      code: "outbound.not_public",
      fault: { field: "address" },
    });
    const { webhook } = await makeWebhook();
    expect(webhook.address).toBe(`http://127.0.0.1:${port}/in?…`);
    const [stored] = await engine.db<{ text: string }[]>`select webhook::text as text from webhook where workspace_id = ${workspaceId}`;
    expect(stored?.text).not.toContain(Buffer.from("robot-secret").toString("hex"));
  });

  test("is out of reach of another workspace", async () => {
    const { webhook } = await makeWebhook();
    workspaceId = await makeWorkspace(engine.db);
    await expect(call(api.updateWebhook, { params: { webhook: webhook.id }, body: { name: "mine" } })).rejects.toMatchObject({
      code: "webhook.not_found",
    });
    await expect(call(api.deleteWebhook, { params: { webhook: webhook.id } })).rejects.toMatchObject({ code: "webhook.not_found" });
    expect(await deliveries(webhook.id)).toEqual([]);
  });
});
