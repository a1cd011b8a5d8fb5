import { createHmac } from "node:crypto";
import * as api from "@terrace/contract/api/receivers";
import type { RouteContract } from "@terrace/contract/route";
import { decodeItem } from "@terrace/domain/event/decode-item";
import type { FeedEvent, PersonalClass, RejectedEvent } from "@terrace/domain/event/feed-event";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { decodeContextFixture } from "@terrace/testkit/decode-context";
import type { FastifyInstance } from "fastify";
import pino from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createHttpServer } from "../../platform/http/http-server.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createReceivers, type Receivers } from "./module.ts";

const NOW_MS = Date.UTC(2026, 6, 16, 12);
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
const log = pino({ level: "silent" });
let engine: TestStateEngine;
let server: FastifyInstance;
let receivers: Receivers;
let workspaceId = 0;
let accepted: FeedEvent[] = [];
let quarantined: RejectedEvent[] = [];

beforeAll(async () => {
  engine = await startStateEngine();
  const accept = (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]): Promise<void> => {
    accepted.push(...events);
    quarantined.push(...rejected);
    return Promise.resolve();
  };
  let made = 0;
  receivers = createReceivers({
    db: engine.db,
    privacy,
    audit: () => Promise.resolve(),
    accept,
    decode,
    nowMs: () => NOW_MS,
    randomBytes: (count) => new Uint8Array(count).fill((made += 1)),
  });
  server = createHttpServer({ log, randomId: () => "r", nowMs: () => NOW_MS, trustProxy: false, metrics: new Registry() });
  await receivers.register(server);
}, 120_000);
afterAll(async () => {
  await server.close();
  await receivers.stop();
  await engine.stop();
});
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  accepted = [];
  quarantined = [];
});

/** As collect decodes an item of the Segment protocol. */
function decode(item: string, at: { readonly workspaceId: number; readonly receivedAtMs: number }) {
  const tokenise = (personalClass: PersonalClass, value: string): string => privacy.tokenise(at.workspaceId, personalClass, value);
  const outcome = decodeItem("segment", JSON.parse(item), decodeContextFixture({ ...at, tokenise }));
  return { events: "accepted" in outcome ? [outcome.accepted] : [], rejected: "rejected" in outcome ? [outcome.rejected] : [] };
}

function call<C extends RouteContract>(contract: C, input: CallInput<C> = {}) {
  return callRoute(receivers.routes, workspaceId, contract, input);
}

const ORDERS = `body.orders.{
  "userId": customer_id, "event": "Order Completed",
  "properties": { "order_id": id, "revenue": total / 100, "phone": phone }
}`;
const make = (expression = ORDERS, more: { readonly signature?: api.SignatureScheme; readonly secret?: string } = {}) =>
  call(api.createReceiver, { body: { name: "收银系统", expression, ...more } });

async function send(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await server.inject({ method: "POST", url: path, payload, headers: { "content-type": "application/json", ...headers } });
  return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() };
}

describe("a receiver", () => {
  test("turns what is posted into events; bad ones go to quarantine and a repeat has the same message ids", async () => {
    const { path } = await make();
    const orders = {
      orders: [
        { id: "o-1", customer_id: "u-1", total: 33_600, phone: "13800138000" },
        { id: "o-2", total: 5 },
      ],
    };
    const first = await send(path, orders);
    expect(first).toMatchObject({ status: 200, json: { accepted: 1, rejected: [{ code: "event.id_missing" }] } });
    await send(path, orders);
    expect(accepted).toHaveLength(2);
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(1);
    expect(accepted[0]).toMatchObject({
      workspaceId,
      name: "Order Completed",
      ids: [{ kind: "user_id", value: "u-1" }],
      properties: { revenue: 336 },
    });
    expect(JSON.stringify(accepted[0]?.properties)).not.toContain("13800138000");
    expect(quarantined).toHaveLength(2);
    expect((await call(api.listReceivers)).items[0]).toMatchObject({ accepted: 2, failed: 0 });
  });

  test("keeps what its expression does not fit, and makes events of it once the expression is mended", async () => {
    const { id, path } = await make(`$error("no orders here")`);
    const kept = await send(path, { orders: [{ id: "o-1", customer_id: "u-1", total: 100 }] });
    expect(kept).toMatchObject({ status: 202, json: { kept: true, accepted: 0 } });
    expect((await call(api.listReceiverCalls, { params: { receiver: id } })).items).toMatchObject([
      { state: "failed", error: "no orders here (at character 7)" },
    ]);
    expect(await call(api.replayReceiverCalls, { params: { receiver: id } })).toEqual({ replayed: 0, stillFailing: 1 });
    await call(api.updateReceiver, { params: { receiver: id }, body: { expression: ORDERS } });
    expect(await call(api.replayReceiverCalls, { params: { receiver: id } })).toEqual({ replayed: 1, stillFailing: 0 });
    expect(accepted.map(({ name }) => name)).toEqual(["Order Completed"]);
  });

  test("outlives an expression that never ends, and answers the ones behind it", async () => {
    const endless = await make(`($loop := function($n) { $loop($n + 1) }; $loop(1))`);
    const good = await make();
    const [stuck, fine] = await Promise.all([
      send(endless.path, { a: 1 }),
      send(good.path, { orders: [{ id: "o-1", customer_id: "u-1", total: 1 }] }),
    ]);
    expect(stuck).toMatchObject({ status: 202, json: { kept: true } });
    expect(fine).toMatchObject({ status: 200, json: { accepted: 1 } });
  });

  test("takes signed posts only, when told so", async () => {
    const { path } = await make(ORDERS, { signature: { kind: "hmac", header: "x-sign", encoding: "hex", prefix: "sha256=" }, secret: "s" });
    const body = JSON.stringify({ orders: [{ id: "o-1", customer_id: "u-1", total: 1 }] });
    expect((await send(path, body)).status).toBe(401);
    const signature = `sha256=${createHmac("sha256", "s").update(body).digest("hex")}`;
    expect((await send(path, body, { "x-sign": signature })).status).toBe(200);
    await expect(make(ORDERS, { signature: { kind: "standard" } })).rejects.toMatchObject({ fault: { field: "secret" } });
  });

  test("answers what it cannot take with a code: no JSON, no such address, paused", async () => {
    const { id, path } = await make();
    expect(await send(path, "<xml/>")).toMatchObject({ status: 400, json: { error: { code: "request.malformed" } } });
    expect((await send("/in/nobody", {})).status).toBe(404);
    await call(api.updateReceiver, { params: { receiver: id }, body: { state: "paused" } });
    expect(await send(path, {})).toMatchObject({ status: 503, json: { error: { code: "receiver.paused" } } });
  });

  test("shows what an expression makes of a body before anything is stored", async () => {
    const body = JSON.stringify({ orders: [{ id: "o-1", customer_id: "u-1", total: 1 }, { id: "o-2" }] });
    const tried = await call(api.tryReceiver, { body: { expression: ORDERS, body } });
    expect(tried.events.map(({ accepted: fits }) => fits)).toEqual([true, false]);
    await expect(call(api.tryReceiver, { body: { expression: "body.(", body } })).rejects.toMatchObject({
      code: "receiver.expression_failed",
      fault: { field: "expression" },
    });
    expect(accepted).toEqual([]);
  });

  test("is out of reach of another workspace", async () => {
    const { id } = await make();
    workspaceId = await makeWorkspace(engine.db);
    await expect(call(api.deleteReceiver, { params: { receiver: id } })).rejects.toMatchObject({ code: "receiver.not_found" });
    expect((await call(api.listReceivers)).items).toEqual([]);
  });
});
