import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bucketOf } from "@terrace/domain/assignment/bucket";
import { createServerDatabases, requiredServers, type ServerDatabases } from "@terrace/testkit/server-databases";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { ch, openWarehouse } from "@terrace/server/platform/storage/clickhouse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, person, traitsOf } from "../sdk/arrivals.ts";

let databases: ServerDatabases;
let data: string;
let one: TestTerrace;
let two: TestTerrace;

beforeAll(async () => {
  const servers = requiredServers();
  databases = await createServerDatabases(servers);
  data = await mkdtemp(join(tmpdir(), "terrace-cluster-"));
  const url = new URL(servers.clickhouseUrl);
  url.pathname = `/${databases.clickhouse.database ?? ""}`;
  const nodeUrls = servers.nodeUrls.map((node) => Object.assign(new URL(node), { pathname: url.pathname }).toString()).join(",");
  const env = {
    DATABASE_URL: databases.postgres.url,
    CLICKHOUSE_URL: url.toString(),
    CLICKHOUSE_CLUSTER: servers.cluster,
    CLICKHOUSE_NODE_URLS: nodeUrls,
  };
  one = await startTerrace({ data, env });
  two = await startTerrace({ data, env });
});
afterAll(async () => {
  await Promise.all([one.stop(), two.stop()]);
  await databases.stop();
  await rm(data, { recursive: true, force: true });
});

test("a message sent to both processes at once, and again later, is stored once; rows are spread over the shards", async () => {
  const batch = Array.from({ length: 200 }, (_, index) => ({
    type: "track",
    event: "Shared",
    userId: `u-${index}`,
    messageId: `s-${index}`,
    properties: { index },
  }));
  await Promise.all([one.send(batch), two.send(batch)]);
  await two.send(batch);
  await arrived(one, { name: "Shared", limit: "200" }, 200);
  await eventually(async () => {
    const { items } = await two.api<{ items: { name: string; volume: number }[] }>("/event-definitions");
    expect(items.find(({ name }) => name === "Shared")?.volume).toBe(200);
  });
  const shards = await Promise.all(
    requiredServers().nodeUrls.map(async (url) => {
      const node = openWarehouse({ url, database: databases.clickhouse.database ?? "" });
      const [row] = await node.rows<{ n: number }>(1, "test", ch`select count() as n from events_local`);
      await node.close();
      return row?.n ?? 0;
    }),
  );
  expect(Math.min(...shards)).toBeGreaterThan(0);
});

test("a person joined through one process is one person in the other, and in the event engine", async () => {
  await one.send([{ type: "track", event: "Looked", anonymousId: "cluster-anon", messageId: "c1" }]);
  await two.send([{ type: "identify", userId: "cluster-user", anonymousId: "cluster-anon", messageId: "c2", traits: { plan: "gold" } }]);
  const known = await person(one, "user_id", "cluster-user", (found) => {
    expect(traitsOf(found)["plan"]).toBe("gold");
  });
  const sameBefore = await person(two, "anonymous_id", "cluster-anon");
  expect(sameBefore.id).toBe(known.id);
  await eventually(async () => {
    const [looked] = await arrived(two, { name: "Looked" });
    expect(looked?.personId).toBe(known.id);
  });
});

test("both processes give the same arms, and what one gave before weights changed holds in the other", async () => {
  const ids = Array.from({ length: 30 }, (_, at) => `shopper-${at}`);
  const definition = (control: number) => ({
    type: "string",
    defaultValue: "none",
    offValue: "none",
    environments: {
      production: {
        on: true,
        rules: [
          {
            id: "ab",
            kind: "experiment",
            experiment: "prices",
            coverage: 10_000,
            arms: [
              { key: "control", value: "control", weight: control },
              { key: "new", value: "new", weight: 10_000 - control },
            ],
          },
        ],
      },
    },
  });
  const armsBy = async (terrace: TestTerrace, asked: readonly string[]): Promise<readonly string[]> =>
    Promise.all(
      asked.map(async (targetingKey) => {
        const answer = await fetch(`${terrace.url}/ofrep/v1/evaluate/flags/prices`, {
          method: "POST",
          headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json" },
          body: JSON.stringify({ context: { targetingKey } }),
        });
        return ((await answer.json()) as { value?: string }).value ?? "";
      }),
    );
  await one.api("/flags", { body: { key: "prices", name: "prices", definition: definition(5_000) } });
  const hashed = ids.map((id) => (bucketOf("prices", id) < 5_000 ? "control" : "new"));
  for (const terrace of [one, two]) await eventually(async () => expect(await armsBy(terrace, ids)).toEqual(hashed));
  // Written down a moment later.
  await eventually(async () => {
    const { people } = await one.api<{ people: number }>("/assignments/prices/conflicts");
    expect(people).toBe(ids.length);
  });
  await two.api("/flags/prices", { method: "PUT", body: { name: "prices", baseVersion: 1, definition: definition(0) } });
  for (const terrace of [one, two]) {
    await eventually(async () => expect(await armsBy(terrace, ["newcomer-1", "newcomer-2"])).toEqual(["new", "new"]));
    expect(await armsBy(terrace, ids)).toEqual(hashed);
  }
});

test("the lanes of a killed process are taken over and nothing is lost", async () => {
  await one.kill();
  const batch = Array.from({ length: 150 }, (_, index) => ({
    type: "track",
    event: "After Kill",
    userId: `k-${index}`,
    messageId: `k-${index}`,
  }));
  await two.send(batch);
  await eventually(async () => {
    await arrived(two, { name: "After Kill", limit: "200" }, 150);
  }, 40_000);
});
