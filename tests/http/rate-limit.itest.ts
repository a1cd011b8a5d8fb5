import { setTimeout as sleep } from "node:timers/promises";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace({ env: { TERRACE_WRITE_KEY_EVENTS_PER_SECOND: "1" } });
}, 120_000);
afterAll(async () => {
  await terrace.stop();
});

const batch = (first: number, count: number): string =>
  JSON.stringify({
    batch: Array.from({ length: count }, (_, index) => ({ type: "track", userId: "u1", event: "Seen", messageId: `m${first + index}` })),
  });

function post(path: string, body: string): Promise<Response> {
  return fetch(new URL(path, terrace.url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${terrace.writeKey}:`)}`, "content-type": "application/json" },
    body,
  });
}

const stored = async (): Promise<number> => (await terrace.api<{ items: readonly object[] }>("/events?limit=100&name=Seen")).items.length;

test("a write key over its limit gets 429 with Retry-After and nothing stored; the same request passes after that time", async () => {
  expect((await post("/v1/batch", batch(0, 10))).status).toBe(200);
  const refused = await post("/v1/batch", batch(10, 3));
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ error: { code: "rate.limited", mend: expect.stringContaining("Retry-After") } });
  const waitSeconds = Number(refused.headers.get("retry-after"));
  expect(waitSeconds).toBeGreaterThanOrEqual(1);
  expect(waitSeconds).toBeLessThanOrEqual(3);
  expect(await (await fetch(new URL("/metrics", terrace.url))).text()).toMatch(/^terrace_events_rate_limited_total 3$/mu);
  await eventually(async () => expect(await stored()).toBe(10));

  await sleep(waitSeconds * 1000);
  expect((await post("/v1/batch", batch(10, 3))).status).toBe(200);
  await eventually(async () => expect(await stored()).toBe(13));
});

test("other keys are not held up, and the API is not concerned", async () => {
  const made = await terrace.api<{ secret: string }>("/keys", { body: { kind: "write", name: "second" } });
  expect((await post("/v1/batch", batch(100, 10))).status).toBe(429);
  const answer = await fetch(new URL("/v1/batch", terrace.url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${made.secret}:`)}`, "content-type": "application/json" },
    body: batch(100, 10),
  });
  expect(answer.status).toBe(200);
});
