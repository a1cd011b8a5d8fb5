import { createServer, type IncomingMessage, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

const KILLS_WHILE_MADE = 2;
const KILLS_WHILE_SENT = 2;
const KINDS = ["daily", "weekly", "monthly"] as const;
const DAYS = 60;
const DAY_MS = 86_400_000;
/** A dead process holds what it sent for 20 seconds, and what it looked at for a minute. */
const TAKEN_OVER_WITHIN_MS = 120_000;

type Said = { readonly to: string; readonly id: string; readonly text: string };

let data: string;
let terrace: TestTerrace;
let receivers: Server;
let address = "";
let said: Said[] = [];
/** Called when a receiver has a message and has not answered yet. */
let onMessage: ((message: Said) => Promise<void>) | undefined;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "terrace-crash-reports-"));
  receivers = createServer((request, response) => {
    void bodyOf(request).then(async (text) => {
      const message = { to: request.url ?? "", id: String(request.headers["webhook-id"] ?? ""), text };
      said.push(message);
      await onMessage?.(message);
      response.writeHead(200, { "content-type": "application/json" }).end('{"errcode":0,"errmsg":"ok"}');
    });
  });
  await new Promise<void>((resolve) => {
    receivers.listen(0, "127.0.0.1", resolve);
  });
  const bound = receivers.address();
  address = `http://127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : 0}`;
  terrace = await start();
});
afterAll(async () => {
  await terrace.stop();
  receivers.closeAllConnections();
  receivers.close();
  await rm(data, { recursive: true, force: true });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function start(): Promise<TestTerrace> {
  return startTerrace({ data, env: { TERRACE_OUTBOUND_ALLOW: "127.0.0.1" } });
}

async function killAndRestart(): Promise<void> {
  await terrace.kill();
  terrace = await start();
}

type Report = { readonly id: string; readonly kind: string; readonly state: string; readonly edition: number };
type Delivery = { readonly key: string; readonly targetId: string; readonly state: string };
const reports = async (): Promise<readonly Report[]> => (await terrace.api<{ items: readonly Report[] }>("/reports")).items;
const deliveries = async (): Promise<readonly Delivery[]> =>
  (await terrace.api<{ items: readonly Delivery[] }>("/notices/deliveries?limit=100")).items;

async function target(name: string, place: object): Promise<string> {
  return (await terrace.api<{ target: { id: string } }>("/notices/targets", { body: { name, language: "en", place } })).target.id;
}

test("kill -9 while reports are made and sent, and while an alert is looked at: each is there once and reaches everyone", async () => {
  await terrace.send(
    Array.from({ length: DAYS * 5 }, (_, index) => ({
      type: "track",
      event: "Order Completed",
      userId: `user-${index % 40}`,
      messageId: `order-${index}`,
      timestamp: new Date(Date.now() - Math.floor(index / 5) * DAY_MS).toISOString(),
      properties: { revenue: 10 + (index % 7) },
    })),
  );
  const targetIds = [
    await target("system", { kind: "webhook", address: `${address}/system` }),
    await target("group", { kind: "wecom", address: `${address}/cgi-bin/webhook/send?key=group` }),
  ];
  for (const kind of KINDS) await terrace.api(`/report-schedules/${kind}`, { method: "PUT", body: { madeAt: "00:00", targetIds } });
  const question = { kind: "trends", body: { series: [{ event: { event: "Order Completed" }, measure: { kind: "events" } }] } };
  const rule = { kind: "threshold", side: "above", value: 1, consecutive: 1 };
  await terrace.api("/alerts", { body: { name: "Orders", question, rule, interval: "day", targetIds } });

  let killedWhileMade = 0;
  while (killedWhileMade < KILLS_WHILE_MADE) {
    await eventually(async () => expect((await reports()).some(({ state }) => state === "running")).toBe(true), TAKEN_OVER_WITHIN_MS);
    await killAndRestart();
    killedWhileMade += 1;
  }
  for (let kill = 0; kill < KILLS_WHILE_SENT; kill += 1) {
    // The receiver has the message; nobody will ever note that it does.
    await new Promise<void>((resolve) => {
      onMessage = async () => {
        onMessage = undefined;
        await terrace.kill();
        resolve();
      };
    });
    terrace = await start();
  }
  const held = await eventually(async () => {
    const [made, sent] = [await reports(), await deliveries()];
    expect(made.map(({ state }) => state)).toEqual(KINDS.map(() => "done"));
    expect(sent).toHaveLength((KINDS.length + 1) * targetIds.length);
    expect(sent.filter(({ state }) => state !== "delivered")).toEqual([]);
    return { made, sent };
  }, TAKEN_OVER_WITHIN_MS);

  expect(held.made.map(({ kind, edition }) => `${kind} ${edition}`).toSorted()).toEqual(["daily 1", "monthly 1", "weekly 1"]);
  expect(new Set(held.sent.map(({ key, targetId }) => `${key} ${targetId}`)).size, "queued twice").toBe(held.sent.length);
  const alarms = await terrace.api<{ items: readonly unknown[] }>("/alert-events");
  expect(alarms.items).toHaveLength(1);
  // Everyone was told of everything; what came twice was in somebody's hands when the process died, and bears the same id again.
  const toSystem = said.filter(({ to }) => to === "/system");
  expect(new Set(toSystem.map(({ id }) => id)).size).toBe(KINDS.length + 1);
  const titles = (to: (path: string) => boolean) => said.filter((message) => to(message.to)).map(({ text }) => text);
  expect(new Set(titles((path) => path !== "/system")).size).toBe(KINDS.length + 1);
  const inHands = (KILLS_WHILE_MADE + KILLS_WHILE_SENT) * targetIds.length;
  expect(said.length - held.sent.length, "told again without need").toBeLessThanOrEqual(inHands);
});
