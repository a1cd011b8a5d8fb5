import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import * as segmentApi from "@terrace/contract/api/segments";
import * as api from "@terrace/contract/api/webhooks";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { SEGMENT_ENTERED, SEGMENT_LEFT } from "@terrace/domain/event/segment-events";
import { createWebhooks, type Webhooks } from "@terrace/server/modules/webhooks/module";
import { LANE_COUNT } from "@terrace/server/platform/feed/lanes";
import { createReactor, type Reactor } from "@terrace/server/platform/feed/reactor";
import { createOutbound } from "@terrace/server/platform/outbound/outbound";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute } from "@terrace/testkit/call-route";
import { freshLiveWorld, type LiveWorld } from "@terrace/testkit/live-world";
import { eventOf, phone, user } from "@terrace/testkit/people-model";
import pino from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2, 9);
const LANES = Array.from({ length: LANE_COUNT }, (_, lane) => lane);

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };
type Told = { readonly id: string; readonly type: string; readonly data: Readonly<Record<string, unknown>> };

let engines: TestEngines;
let world: LiveWorld;
let workspaceId = 0;
let webhooks: Webhooks;
let reactor: Reactor;
let received: Received[] = [];
/** How the other system answers: 0 takes the post and breaks off without a word. */
let status = 200;
let port = 0;
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
  });
});

beforeAll(async () => {
  engines = await startBothEngines();
  await new Promise<void>((resolve) => {
    receiver.listen(0, "127.0.0.1", resolve);
  });
  const address = receiver.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
}, 120_000);
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await engines.stop();
});
beforeEach(async () => {
  ({ workspaceId, world } = await freshLiveWorld(engines, START_MS));
  [received, status] = [[], 200];
  start();
});
afterEach(() => engines.db`delete from webhook /* all workspaces: a fresh start */`);

/** The part that delivers, as a process has it that has just begun: nothing is remembered of one before. */
function start(): void {
  const { db } = engines;
  webhooks = createWebhooks({
    db,
    privacy: world.privacy,
    audit: () => Promise.resolve(),
    owners: world.people.owners,
    outbound: createOutbound({ db, allow: `127.0.0.1:${port}` }),
    nowMs: () => world.nowMs,
    randomId: () => "r",
    randomBytes: (count) => new Uint8Array(count).fill(5),
    chance: () => 0,
    log: pino({ level: "silent" }),
  });
  reactor = createReactor({ db, cipher: world.privacy }, webhooks.reaction);
}

async function drain(): Promise<void> {
  await world.drain();
  while (await reactor.step(LANES));
  const { signal } = new AbortController();
  for (const loop of webhooks.loops) while ((await loop.step(signal)) === 0);
  await webhooks.stop();
}

let messages = 0;
function came(name: string, ids: FeedEvent["ids"]): FeedEvent {
  messages += 1;
  return eventOf({ workspaceId, messageId: `m-${messages}`, name, ids, timeMs: world.nowMs, receivedAtMs: world.nowMs });
}
const bodies = (): readonly Told[] => received.map(({ body }) => JSON.parse(body) as Told);
const changes = () => bodies().map(({ type, data: { ids, properties } }) => ({ type, ids, properties }));

/** Buyers of three days who returned nothing, and a webhook that hears who comes and goes. */
async function setUp(): Promise<{ readonly segment: string; readonly secret: string }> {
  const { id: segment } = await callRoute(world.segments.routes, workspaceId, segmentApi.createSegment, {
    body: { name: "Buyers", rule: { all: [{ did: { event: "Bought" }, within: { days: 3 } }, { not: { did: { event: "Returned" } } }] } },
  });
  const { secret } = await callRoute(webhooks.routes, workspaceId, api.createWebhook, {
    body: { name: "Own system", address: `http://127.0.0.1:${port}/segments`, events: [SEGMENT_ENTERED, SEGMENT_LEFT] },
  });
  await drain();
  return { segment, secret };
}

function signatureOf(secret: string, { headers, body }: Received): string {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}

test("an own system is told once of who enters and who leaves, by an event and by time alone, signed", async () => {
  const { segment, secret } = await setUp();
  const changeOf = (type: string, name: string, why: string) => ({
    type,
    ids: [{ kind: "user_id", value: name }],
    properties: { segment, name: "Buyers", why },
  });
  await world.append([came("Bought", [user("ann")]), came("Bought", [user("ben"), phone("13800138000")])]);
  await drain();
  expect(changes()).toHaveLength(2);
  expect(changes()).toEqual(expect.arrayContaining([changeOf(SEGMENT_ENTERED, "ann", "event"), changeOf(SEGMENT_ENTERED, "ben", "event")]));
  received = [];
  world.nowMs += 60_000;
  await world.append([came("Returned", [user("ben")])]);
  await drain();
  expect(changes()).toEqual([changeOf(SEGMENT_LEFT, "ben", "event")]);
  received = [];
  world.nowMs += 3 * DAY_MS;
  await drain();
  expect(changes()).toEqual([changeOf(SEGMENT_LEFT, "ann", "time")]);
  for (const one of received) expect(one.headers["webhook-signature"]).toBe(signatureOf(secret, one));
  expect(bodies()[0]?.data["personId"]).toBe(world.privacy.originId(workspaceId, "user_id", "ann"));
  await drain();
  expect(received).toHaveLength(1);
});

test("what is sent again, after an answer that was lost, a failure, or with another process, goes by the same id", async () => {
  await setUp();
  status = 0;
  await world.append([came("Bought", [user("ann")])]);
  await drain();
  status = 503;
  world.nowMs += 60_000;
  start();
  await drain();
  status = 200;
  world.nowMs += 600_000;
  start();
  await drain();
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(new Set(bodies().map(({ id }) => id))).toEqual(new Set([received[0]?.headers["webhook-id"]]));
  // The feed is read once more from its beginning, as after a crash before the cursor was kept.
  await engines.db`update feed_cursor set seq = 0 where consumer = ${reactor.name} /* all workspaces: cursors are of lanes */`;
  start();
  await drain();
  expect(received).toHaveLength(3);
});
