import { createServer, type Server } from "node:http";
import { personLookupSchema } from "@terrace/contract/api/person-lookup";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createLookup, LookupError, type PersonNow } from "../../packages/sdk/src/node/lookup.ts";

let terrace: TestTerrace;
const opened: Server[] = [];
beforeAll(async () => {
  terrace = await startTerrace();
}, 120_000);
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});
afterAll(() => terrace.stop());

/** Stands in front of Terrace: answers the first requests itself, with these statuses (0: not at all), and passes on those after them. */
async function standIn(statuses: readonly number[]): Promise<{ readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    const status = statuses[asked];
    asked += 1;
    if (status === 0) return;
    if (status !== undefined) response.writeHead(status, { "content-type": "text/html" }).end("<p>busy</p>");
    else
      void fetch(new URL(request.url ?? "", terrace.url), { headers: { authorization: request.headers.authorization ?? "" } }).then(
        async (answer) => response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text()),
      );
  });
  opened.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`, asked: () => asked };
}

const patient = { timeoutMs: 30_000 };

test("a server asks what somebody is in, and is told as it changes", async () => {
  const lookup = createLookup({ host: terrace.url, secretKey: terrace.secretKey, ...patient });
  expect(await lookup.person({ userId: "nobody" })).toBeNull();
  const { id } = await terrace.api<{ id: string }>("/segments", { body: { name: "Buyers", rule: { did: { event: "Bought" } } } });
  await terrace.send([
    { type: "identify", userId: "ann", anonymousId: "dev-1", traits: { city: "杭州", phone: "13800138000" } },
    { type: "track", userId: "ann", event: "Bought" },
  ]);
  const ann = await eventually(async () => {
    const now = await lookup.person({ userId: "ann" }, { traits: ["city", "phone", "none"] });
    expect(now?.segments).toEqual([{ id, name: "Buyers", kind: "rule", live: true }]);
    return now;
  }, 60_000);
  expect(ann).toMatchObject({ tags: [], classes: [], traits: { city: "杭州", phone: expect.stringContaining("*") } });
  // What the client promises is what the API's contract declares.
  const promised: PersonNow = personLookupSchema.parse(ann);
  expect(promised).toEqual(ann);
  expect(await lookup.person({ anonymousId: "dev-1" })).toEqual({ ...ann, traits: {} });
  expect(await lookup.person({ kind: "person", value: promised.id })).toEqual({ ...ann, traits: {} });
});

test("what may pass is asked again, the rest is told by its code", async () => {
  const busy = await standIn([503, 429]);
  const lookup = createLookup({ host: busy.url, secretKey: terrace.secretKey, ...patient });
  expect(await lookup.person({ userId: "nobody" })).toBeNull();
  expect(busy.asked()).toBe(3);
  const down = await standIn([503, 503, 503]);
  await expect(createLookup({ host: down.url, secretKey: terrace.secretKey, ...patient }).person({ userId: "ann" })).rejects.toMatchObject({
    name: "LookupError",
    status: 503,
  });
  expect(down.asked()).toBe(3);
  const refused = await standIn([]);
  await expect(createLookup({ host: refused.url, secretKey: "ts_none", ...patient }).person({ userId: "ann" })).rejects.toMatchObject({
    code: "key.unknown",
    status: 401,
  });
  await expect(
    createLookup({ host: refused.url, secretKey: terrace.secretKey, ...patient }).person(
      { userId: "ann" },
      { traits: Array.from({ length: 21 }, (_, index) => `t${index}`) },
    ),
  ).rejects.toMatchObject({ code: "request.invalid", status: 400 });
  expect(refused.asked()).toBe(2);
  await expect(createLookup({ host: "http://127.0.0.1:9", secretKey: "x", ...patient }).person({ userId: "ann" })).rejects.toMatchObject({
    code: "unreachable",
    status: 0,
  });
});

test("a call ends when its time is over, or when its caller gives up", async () => {
  const silent = await standIn([0]);
  const late = createLookup({ host: silent.url, secretKey: "x", timeoutMs: 50 }).person({ userId: "ann" });
  await expect(late).rejects.toSatisfy((error) => error instanceof LookupError && error.code === "timeout");
  const gone = new AbortController();
  const other = await standIn([0]);
  const left = createLookup({ host: other.url, secretKey: "x", ...patient }).person({ userId: "ann" }, { signal: gone.signal });
  await eventually(() => Promise.resolve(expect(other.asked()).toBe(1)));
  gone.abort(new Error("left"));
  await expect(left).rejects.toThrow("left");
});
