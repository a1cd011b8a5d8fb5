import * as api from "@terrace/contract/api/pulls";
import type { RouteContract } from "@terrace/contract/route";
import type { JsonObject } from "@terrace/domain/json";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import { eventually } from "@terrace/testkit/terrace";
import { createServer as createHttpServer, type Server } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { createBlobs, type Blobs } from "../../platform/blobs/blobs.ts";
import { holdOutward, releaseOutward } from "../../platform/outbound/hold.store.ts";
import { createOutbound } from "../../platform/outbound/outbound.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { queueFile } from "../imports/queue-import.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { createPulls, type Pulls } from "./module.ts";

const SECRET = "Bearer very-secret";
const START_MS = Date.UTC(2026, 6, 16, 12);
const EVERY_DAY = { everyMinutes: 1_440 };
const MEMBERS = { kind: "people", ids: [{ kind: "user_id", column: "member" }], traits: { city: { column: "city" } } };
const ORDERS = {
  kind: "events",
  ids: [{ kind: "user_id", column: "buyer" }],
  event: { name: "Order Completed" },
  time: { column: "at" },
  properties: { total: { column: "amount", type: "number" } },
};
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
const servers: { readonly close: () => unknown }[] = [];
let engine: TestStateEngine;
let blobs: Blobs;
let shopPort = 0;
let sitePort = 0;
let csv = "";
let pulls: Pulls;
let workspaceId = 0;
let nowMs = START_MS;
let audited: { readonly action: string; readonly detail: JsonObject }[] = [];

type Place = z.input<typeof api.createPull.body>["place"];

beforeAll(async () => {
  engine = await startStateEngine();
  blobs = createBlobs({ db: engine.db, cipher: privacy });
  shopPort = await openPort();
  const site = createHttpServer((request, answer) => {
    if (request.url === "/elsewhere") answer.writeHead(302, { location: `http://localhost:${sitePort}/members.csv` }).end();
    else if (request.headers.authorization !== SECRET) answer.writeHead(401).end();
    else if (request.url === "/slow") answer.writeHead(200).write("member,city\n");
    else answer.writeHead(200, { "content-type": "text/csv" }).end(csv);
  });
  sitePort = await listen(site);
  await engine.db`create table shop_order (id bigint, buyer text, amount numeric, at timestamptz, noted json)`;
}, 120_000);
afterAll(async () => {
  for (const server of servers) server.close();
  await engine.stop();
});
beforeEach(async () => {
  // What other tests left must not run in this one.
  await engine.db`delete from pull /* all workspaces: a fresh start */`;
  await engine.db`truncate shop_order`;
  workspaceId = await makeWorkspace(engine.db);
  nowMs = START_MS;
  audited = [];
  pulls = openPulls();
});

function openPulls(): Pulls {
  const audit = (_tx: unknown, entry: { readonly action: string; readonly detail: JsonObject }): Promise<void> => {
    audited.push(entry);
    return Promise.resolve();
  };
  return createPulls({
    db: engine.db,
    blobs,
    privacy,
    outbound: createOutbound({ db: engine.db, allow: "127.0.0.1,localhost" }),
    imports: { queueFile: queueFile({ audit }) },
    audit,
    workspace: () => Promise.resolve(null),
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
  });
}

async function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  servers.push({ close: () => ("closeAllConnections" in server ? server.closeAllConnections() : undefined, server.close()) });
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}

/** A port of the state engine, which plays the shop's database: the embedded one listens on a socket in the file system, so a port passes its bytes on. */
async function openPort(): Promise<number> {
  const { address } = engine;
  if ("url" in address) return Number(new URL(address.url).port);
  const path = join(address.host, `.s.PGSQL.${address.port}`);
  return listen(
    createServer((client) => {
      const socket = connect(path);
      client.on("error", () => socket.destroy());
      socket.on("error", () => client.destroy());
      client.pipe(socket).pipe(client);
    }),
  );
}

function shopPlace(query: string, more: { readonly sinceColumn?: string; readonly password?: string; readonly port?: number } = {}): Place {
  const { address } = engine;
  const url = "url" in address ? new URL(address.url) : undefined;
  return {
    kind: "postgres",
    host: "127.0.0.1",
    port: shopPort,
    database: "database" in address ? address.database : (url?.pathname.slice(1) ?? ""),
    user: "username" in address ? address.username : (url?.username ?? ""),
    password: "unused",
    tls: "off",
    query,
    ...more,
  };
}

const sitePlace = (path: string, headers: Record<string, string> = { authorization: SECRET }): Place => {
  return { kind: "http", url: `http://127.0.0.1:${sitePort}${path}`, format: "csv", headers };
};

function call<C extends RouteContract>(contract: C, input: CallInput<C> = {}) {
  return callRoute(pulls.routes, workspaceId, contract, input);
}

const make = (place: Place, more: Partial<z.input<typeof api.createPull.body>> = {}): Promise<api.PullView> =>
  call(api.createPull, { body: { name: "shop", place, mapping: MEMBERS, schedule: EVERY_DAY, ...more } });
const steer = (pull: string, to: "run" | "pause" | "resume") => call(api.steerPull, { params: { pull }, body: { to } });
const listed = async (id: string): Promise<api.PullView> => {
  const found = (await call(api.listPulls)).items.find((one) => one.id === id);
  if (found === undefined) throw new Error("the pull is gone");
  return found;
};
const begin = (): Promise<void> => pulls.jobs[0]?.run() ?? Promise.reject(new Error("there is no job"));

/** Lets what is due run to its end; answers the pull with its last run. */
async function run(id: string): Promise<api.PullView & { readonly lastRun: object }> {
  await begin();
  return eventually(async () => {
    const pull = await listed(id);
    if (pull.lastRun === null || pull.lastRun.state === "running") throw new Error("still running");
    return { ...pull, lastRun: pull.lastRun };
  });
}

/** The rows that a run handed to the imports. */
async function handedOver(importId: string | null | undefined): Promise<string> {
  const [row] = await engine.db<{ uploadId: string; state: string }[]>`
    select upload_id::text as "uploadId", state from import where workspace_id = ${workspaceId} and import_id = ${importId ?? null}`;
  expect(row?.state).toBe("queued");
  let text = "";
  for await (const piece of blobs.read({ workspaceId, id: row?.uploadId ?? "0" })) text += Buffer.from(piece).toString();
  return text;
}

const blobCount = async (): Promise<number> => {
  const [row] = await engine.db<{ n: number }[]>`select count(*)::int as n from blob where workspace_id = ${workspaceId}`;
  return row?.n ?? -1;
};

describe("a file at an address", () => {
  test("is fetched with its secret header; the secret is never shown again, nor sent elsewhere", async () => {
    csv = "member,city\nu1,上海\nu2,北京\n";
    const place = sitePlace("/members.csv?key=k&after={since}");
    const made = await make(place, { since: "1970-01-01T00:00:00Z" });
    const pull = await run(made.id);
    expect(pull.lastRun).toMatchObject({ state: "done", askedBy: "", bytes: Buffer.byteLength(csv) });
    expect(await handedOver(pull.lastRun.importId)).toBe(csv);
    expect(pull.place).toMatchObject({
      url: `http://127.0.0.1:${sitePort}/members.csv?key=…&after={since}`,
      headerNames: ["authorization"],
    });
    expect(JSON.stringify([pull, audited])).not.toMatch(/very-secret|key=k/);
    expect(audited.map(({ action }) => action)).toEqual(["pull.create", "import.open"]);

    const { headerNames: _, ...shown } = pull.place as Extract<api.PullView["place"], { kind: "http" }>;
    const body = { name: "renamed", place: shown, mapping: MEMBERS, schedule: EVERY_DAY };
    await call(api.updatePull, { params: { pull: made.id }, body });
    await steer(made.id, "run");
    expect((await run(made.id)).lastRun).toMatchObject({ state: "done" });
    const elsewhere = { ...shown, url: "https://example.com/members.csv" };
    await expect(call(api.updatePull, { params: { pull: made.id }, body: { ...body, place: elsewhere } })).rejects.toMatchObject({
      code: "request.invalid",
      fault: { field: "place.headers" },
    });
  });

  test("that another server is asked for by a redirect does not get the headers; the failure is told and tried again soon", async () => {
    const made = await make(sitePlace("/elsewhere"));
    const { lastRun, nextRunAt } = await run(made.id);
    expect(lastRun).toMatchObject({ state: "failed", failure: { code: "pull.refused", mend: "The other side answered 401" } });
    expect(nextRunAt).toBe(new Date(START_MS + 120_000).toISOString());
    expect(await blobCount()).toBe(0);
  });
});

describe("a query", () => {
  test("brings what is new since the last run, once, to the microsecond, also while paused", async () => {
    await engine.db`insert into shop_order values
      (9007199254740993, 'u1', 10.50, '2026-03-01T01:00:00.000001Z', '{"gift":true}'), (2, 'u2', 20, '2026-03-01T02:00:00.000002Z', null)`;
    const query = "select id, buyer, amount, at, noted from shop_order where at > :since order by at;";
    const made = await make(shopPlace(query, { sinceColumn: "at" }), { mapping: ORDERS, since: "2026-01-01T00:00:00Z" });
    const first = await run(made.id);
    expect(first.lastRun).toMatchObject({ state: "done", rows: 2 });
    expect((await handedOver(first.lastRun.importId)).split("\n")[0]).toBe(
      '{"id":"9007199254740993","buyer":"u1","amount":"10.50","at":"2026-03-01T01:00:00.000001Z","noted":{"gift":true}}',
    );
    await steer(made.id, "pause");
    await engine.db`insert into shop_order values (3, 'u3', 30, '2026-03-01T02:00:00.000003Z', null)`;
    expect(await steer(made.id, "run")).toMatchObject({ paused: true, asked: true });
    const second = await run(made.id);
    expect(second.lastRun).toMatchObject({ state: "done", rows: 1, askedBy: "ann@example.test" });
    expect(await handedOver(second.lastRun.importId)).toContain('"buyer":"u3"');
    await steer(made.id, "run");
    expect((await run(made.id)).lastRun).toMatchObject({ state: "done", rows: 0, importId: null });
    expect((await call(api.listPullRuns, { params: { pull: made.id }, query: { limit: 2 } })).items).toHaveLength(2);
    expect(JSON.stringify(await engine.db`select * from pull where workspace_id = ${workspaceId}`)).not.toContain("shop_order");
  });

  test.each([
    ["changes data", "with gone as (delete from shop_order returning *) select * from gone where at > :since", /read-only/],
    ["is two statements", "select * from shop_order where at > now(); drop table shop_order", /multiple commands/],
    ["ends the transaction", "select 1 as id; commit; drop table shop_order", /multiple commands/],
    ["does not order", "select * from (values (2), (1)) as one (at) where at > :since::int", /order by at/],
    ["lacks the column", "select 1 as id where 1 > :since::int", /no column at.*has: id/],
    ["quotes a person", "select '13912345678'::date as at where now() > :since::timestamptz", /139\*+5678/],
  ])("that %s fails, says why, and leaves nothing behind", async (_, query, mend) => {
    await engine.db`insert into shop_order values (1, 'u1', 1, now(), null)`;
    const since = query.includes("::int") ? "0" : "1970-01-01T00:00:00Z";
    const made = await make(shopPlace(query, query.includes(":since") ? { sinceColumn: "at" } : {}), { since });
    const { lastRun, nextRunAt } = await run(made.id);
    expect(lastRun).toMatchObject({
      state: "failed",
      importId: null,
      failure: { code: "pull.query_failed", mend: expect.stringMatching(mend) },
    });
    // Trying again would not help.
    expect(nextRunAt).toBe(new Date(START_MS + 86_400_000).toISOString());
    expect(await engine.db`select from shop_order`).toHaveLength(1);
    expect(await blobCount()).toBe(0);
  });

  test("to a server that is not there, or does not let us in, fails without a word of the password", async () => {
    const refused = await make(shopPlace("select 1 as id", { port: 1, password: "geheim" }));
    const strange = await make({ ...shopPlace("select 1 as id"), database: "nowhere" } as Place);
    expect((await run(refused.id)).lastRun).toMatchObject({
      failure: { code: "pull.refused", mend: expect.stringContaining("ECONNREFUSED") },
    });
    expect((await run(strange.id)).lastRun).toMatchObject({ failure: { code: "pull.refused", mend: expect.stringContaining("3D000") } });
    expect(JSON.stringify(await call(api.listPulls))).not.toContain("geheim");
  });
});

describe("what is refused when it is entered", () => {
  const inside = { ...shopPlaceOf("select 1"), host: "10.1.2.3" } as Place;
  test.each<[string, Place, Partial<z.input<typeof api.createPull.body>>, object]>([
    [
      "an address inside the network",
      { kind: "http", url: "http://10.1.2.3/x.csv", format: "csv" },
      {},
      { code: "outbound.not_public", field: "place.url" },
    ],
    [
      "a password in the address",
      { kind: "http", url: "https://u:p@example.com/x.csv", format: "csv" },
      {},
      { code: "outbound.bad_url", field: "place.url" },
    ],
    ["a database inside the network", inside, {}, { code: "outbound.not_public", field: "place.host" }],
    ["events that would come again with every run", shopPlaceOf("select 1"), { mapping: ORDERS }, { field: "place.query" }],
    ["a query without a beginning", shopPlaceOf("select 1 where 1 > :since"), {}, { field: "since" }],
    ["what is no query", shopPlaceOf("copy (select 1) to program 'sh'"), {}, { field: "place.query" }],
    ["a mapping that is none", shopPlaceOf("select 1"), { mapping: {} }, { code: "import.mapping_invalid" }],
  ])("%s", async (_, place, more, fault) => {
    await expect(make(place, more)).rejects.toMatchObject({ fault });
    expect((await call(api.listPulls)).items).toEqual([]);
  });

  function shopPlaceOf(query: string): Place {
    return { kind: "postgres", host: "127.0.0.1", database: "d", user: "u", query };
  }
});

describe("the runner", () => {
  test("begins nothing while the installation is held, and says so when asked", async () => {
    const made = await make(shopPlace("select 1 as member"));
    await inTransaction(engine.db, (tx) => holdOutward(tx, { since: new Date(nowMs), reason: "restored" }));
    try {
      await begin();
      expect((await listed(made.id)).lastRun).toBeNull();
      await expect(steer(made.id, "run")).rejects.toMatchObject({ code: "outbound.held" });
    } finally {
      await inTransaction(engine.db, (tx) => releaseOutward(tx));
    }
    expect((await run(made.id)).lastRun).toMatchObject({ state: "done", rows: 1 });
  });

  test("that stops breaks its runs off, and another one makes them at once; so it is with one that was killed", async () => {
    const made = await make(sitePlace("/slow"));
    await steer(made.id, "pause");
    await steer(made.id, "run");
    await begin();
    await pulls.stop();
    expect(await listed(made.id)).toMatchObject({ asked: true, lastRun: { state: "failed", failure: { code: "pull.lost" } } });
    expect(await blobCount()).toBe(0);

    pulls = openPulls();
    await begin();
    await eventually(async () => expect(await blobCount()).toBe(1));
    const killed = pulls;
    pulls = openPulls();
    await engine.db`update pull_run set touched_at = now() - interval '3 minutes' where workspace_id = ${workspaceId} and state = 'running'`;
    await call(api.updatePull, {
      params: { pull: made.id },
      body: { name: "quick", place: sitePlace("/members.csv"), mapping: MEMBERS, schedule: EVERY_DAY },
    });
    expect((await run(made.id)).lastRun).toMatchObject({ state: "done", askedBy: "ann@example.test" });
    expect((await call(api.listPullRuns, { params: { pull: made.id } })).items.map(({ state }) => state)).toEqual([
      "done",
      "failed",
      "failed",
    ]);
    await killed.stop();
    expect(await listed(made.id)).toMatchObject({ asked: false, lastRun: { state: "done" } });
    expect(await blobCount()).toBe(1);
  });

  test("leaves a run alone whose pull is deleted, and removes what it had fetched", async () => {
    const made = await make(sitePlace("/slow"));
    await begin();
    await eventually(async () => expect(await blobCount()).toBe(1));
    await call(api.deletePull, { params: { pull: made.id } });
    await pulls.stop();
    expect(await blobCount()).toBe(0);
    await expect(call(api.deletePull, { params: { pull: made.id } })).rejects.toMatchObject({ code: "pull.not_found" });
  });
});
