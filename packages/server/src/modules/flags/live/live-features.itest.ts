import * as environmentApi from "@terrace/contract/api/flag-environments";
import { getAssignmentConflicts } from "@terrace/contract/api/flag-reports";
import * as api from "@terrace/contract/api/flags";
import { armOfPerson } from "@terrace/domain/assignment/remembered";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { eraseFrom, erasureOf } from "@terrace/testkit/personal-data";
import { makeWorkspace, startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import type { Readable } from "node:stream";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createPrivacyModule } from "../../privacy/module.ts";
import { createHttpServer } from "../../../platform/http/http-server.ts";
import { createFlagEdge } from "../edge/flag-edge.ts";
import { createSubscriptions } from "../edge/subscriptions.ts";
import type { FlagDeps } from "../flag-deps.ts";
import { openText, sealText } from "../../../platform/sealed-text.ts";
import { createTextHolder } from "../../../platform/personal-data/text-holder.ts";
import { createFlags, FLAG_TEXTS } from "../module.ts";
import { evaluatorFor } from "./evaluate-for.ts";
import { createLiveFeatures } from "./live-features.ts";
import { createPersonFacts } from "./person-facts.ts";
import { createWrittenBehind } from "./written-behind.ts";

const START_MS = Date.UTC(2026, 10, 23, 4);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });

let engine: TestStateEngine;
let workspaceId = 0;
let nowMs = START_MS;
let forgotten = "";
let liveKeys = new Set<string>();

beforeAll(async () => {
  engine = await startStateEngine();
}, 120_000);
afterAll(() => engine.stop());
beforeEach(async () => {
  workspaceId = await makeWorkspace(engine.db);
  [nowMs, forgotten, liveKeys] = [START_MS, "", new Set(["kept", "revoked"])];
});

function deps(): FlagDeps {
  return {
    db: engine.db,
    privacy,
    audit: () => Promise.resolve(),
    findWriteKey: (key) => Promise.resolve(liveKeys.has(key) ? liveKey : null),
    segmentNames: () => Promise.resolve(new Map()),
    standings: () => Promise.resolve(new Map()),
    variantsOf: () => Promise.resolve(new Map()),
    holdSplit: () => Promise.resolve(),
    moves: () => Promise.resolve(() => Promise.reject(new Error("no experiment is moved here"))),
    denies: (_workspace, originId) => originId === forgotten,
    nowMs: () => nowMs,
    log: pino({ level: "silent" }),
  };
}

const KEY_ID = "900001";
const liveKey = {
  workspaceId: 0,
  keyId: KEY_ID,
  name: "",
  scopes: [],
  fields: { personal: "masked", restricted: {} } as never,
  ipRanges: [],
};
const client = (key = "kept") => ({ workspaceId, environment: "production", key, keyId: KEY_ID });

/** What a stream says, and when it ends. */
function hear(stream: Readable): { readonly text: () => string; readonly ended: Promise<void> } {
  let heard = "";
  stream.on("data", (part: Buffer) => {
    heard += part.toString();
  });
  return { text: () => heard, ended: new Promise((resolve) => stream.on("end", resolve)) };
}

type Environments = NonNullable<CallInput<typeof api.createFlag>["body"]>["definition"]["environments"];
type Rule = Environments[string]["rules"][number];
const ALL: Rule = { id: "all", kind: "force", value: true };
const SPLIT: Rule = {
  id: "ab",
  kind: "experiment",
  experiment: "prices",
  coverage: 10_000,
  arms: [
    { key: "control", value: false, weight: 5_000 },
    { key: "new", value: true, weight: 5_000 },
  ],
};
const make = (workspace: number, key: string, rule: Rule = ALL) =>
  callRoute(createFlags(deps()).routes, workspace, api.createFlag, {
    body: {
      key,
      name: key,
      definition: {
        type: "boolean",
        defaultValue: false,
        offValue: false,
        environments: { production: { on: true, rules: [rule] } },
      },
    },
  });
const kill = (workspace: number, key: string) =>
  callRoute(createFlags(deps()).routes, workspace, api.killFlag, { params: { flag: key }, body: {} });

test("whoever listens on a stream hears of a kill, however long nobody asked for the flags", async () => {
  await make(workspaceId, "checkout");
  const live = createLiveFeatures(deps());
  const subscriptions = createSubscriptions({ ...deps(), live });
  const heard = hear(await subscriptions.open(client()));
  nowMs += 11 * MINUTE_MS;
  await live.look();
  await kill(workspaceId, "checkout");
  await live.look();
  await expect.poll(heard.text, { timeout: 30_000 }).toContain("event: features-updated");
  subscriptions.stop();
});

test("a stream ends when its key is revoked, and hears of its own environment when the key is led to another", async () => {
  await make(workspaceId, "checkout");
  const live = createLiveFeatures(deps());
  const subscriptions = createSubscriptions({ ...deps(), live });
  const [kept, revoked] = [hear(await subscriptions.open(client("kept"))), hear(await subscriptions.open(client("revoked")))];
  expect(subscriptions.counts()).toEqual({ open: 2, refused: 0 });
  liveKeys.delete("revoked");
  await subscriptions.checkKeys();
  await revoked.ended;
  expect(subscriptions.counts()).toEqual({ open: 1, refused: 0 });
  await engine.db`
    insert into api_key (workspace_id, key_id, kind, name, hint, hash, scopes, created_at, created_by)
    overriding system value values (${workspaceId}, ${KEY_ID}, 'write', 'site', 'tw_', ${Buffer.from(`hash ${workspaceId}`)}, '{}', now(), 'ann')`;
  await callRoute(createFlags(deps()).routes, workspaceId, environmentApi.putFlagKey, {
    params: { key: KEY_ID },
    body: { environment: "development" },
  });
  await live.look();
  await expect.poll(kept.text, { timeout: 30_000 }).toContain("event: features-updated");
  subscriptions.stop();
});

test("over HTTP a stream is open as long as somebody reads it: not after a client hung up, and not for who asks with HEAD", async () => {
  const all = deps();
  const found = { ...liveKey, workspaceId };
  const edge = createFlagEdge({
    ...all,
    findWriteKey: () => Promise.resolve(found),
    live: createLiveFeatures(all),
    facts: createPersonFacts(all),
    behind: createWrittenBehind(all),
  });
  const server = createHttpServer({ log: all.log, nowMs: () => nowMs, randomId: () => "request-1" });
  await edge.register(server);
  const url = `${await server.listen({ port: 0, host: "127.0.0.1" })}/sub/kept`;
  try {
    const refused = await fetch(url, { method: "HEAD" });
    expect([refused.status, edge.streams().open]).toEqual([404, 0]);
    const reader = new AbortController();
    const answer = await fetch(url, { signal: reader.signal });
    expect([answer.status, edge.streams().open]).toEqual([200, 1]);
    reader.abort();
    await expect.poll(() => edge.streams().open, { timeout: 30_000 }).toBe(0);
  } finally {
    edge.stop();
    await server.close();
  }
});

test("no workspace takes the streams of all", async () => {
  const other = await makeWorkspace(engine.db);
  const subscriptions = createSubscriptions({ ...deps(), live: createLiveFeatures(deps()) }, { process: 3, workspace: 2, address: 2 });
  const open = async (workspace: number): Promise<string> =>
    subscriptions.open({ ...client(), workspaceId: workspace }).then(
      () => "open",
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  expect([await open(workspaceId), await open(workspaceId), await open(workspaceId)]).toEqual(["open", "open", "stream.too_many"]);
  expect([await open(other), await open(other)]).toEqual(["open", "stream.too_many"]);
  expect(subscriptions.counts()).toEqual({ open: 3, refused: 2 });
  subscriptions.stop();
});

test("one address takes no more than its part of a workspace's streams; those of one's own network are no one's", async () => {
  const subscriptions = createSubscriptions({ ...deps(), live: createLiveFeatures(deps()) }, { process: 9, workspace: 9, address: 1 });
  const open = async (address: string) =>
    subscriptions.open(client(), { address }).then(
      (stream) => stream,
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  const first = await open("93.184.216.34");
  expect(await open("93.184.216.34")).toBe("stream.too_many");
  for (const address of ["151.101.1.69", "10.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1"])
    expect(typeof (await open(address))).toBe("object");
  if (typeof first === "string") throw new Error(first);
  first.destroy();
  await expect.poll(() => subscriptions.counts().open, { timeout: 30_000 }).toBe(5);
  expect(typeof (await open("93.184.216.34"))).toBe("object");
  subscriptions.stop();
});

test("a stream that nobody reads ends, and one that is read stays", async () => {
  const subscriptions = createSubscriptions({ ...deps(), live: createLiveFeatures(deps()) });
  const [read, unread] = [await subscriptions.open(client()), await subscriptions.open(client())];
  hear(read);
  for (let beat = 0; beat < 1_000 && !unread.destroyed; beat += 1) {
    subscriptions.beat();
    await new Promise(setImmediate);
  }
  expect([read.destroyed, unread.destroyed]).toEqual([false, true]);
  await expect.poll(() => subscriptions.counts().open, { timeout: 30_000 }).toBe(1);
  subscriptions.stop();
});

test("a key that cannot be looked up leaves no other unasked, and none is asked twice at a time", async () => {
  const asked: string[] = [];
  const answers = new Map([
    ["kept", Promise.withResolvers<null>()],
    ["revoked", Promise.withResolvers<null>()],
  ]);
  const findWriteKey = (key: string): Promise<null> => {
    asked.push(key);
    return answers.get(key)?.promise ?? Promise.resolve(null);
  };
  const subscriptions = createSubscriptions({ ...deps(), findWriteKey, live: createLiveFeatures(deps()) });
  await subscriptions.open(client("kept"));
  const revoked = hear(await subscriptions.open(client("revoked")));
  const [first, second] = [subscriptions.checkKeys(), subscriptions.checkKeys()].map((checked) => checked.catch(String));
  answers.get("kept")?.reject(new Error("the database is slow"));
  answers.get("revoked")?.resolve(null);
  await revoked.ended;
  expect(await first).toMatch(/1 keys of streams/);
  expect(await second).toBe(await first);
  expect([asked, subscriptions.counts().open]).toEqual([["kept", "revoked"], 1]);
  subscriptions.stop();
});

test("what clients hear last is what is in force, however slowly an older change is told", async () => {
  await make(workspaceId, "checkout");
  const live = createLiveFeatures(deps());
  const gates: PromiseWithResolvers<void>[] = [];
  // The first who is told waits for its environment, while what is told next goes ahead.
  const slow: typeof live = {
    ...live,
    environmentOf: async (...asked) => {
      const found = await live.environmentOf(...asked);
      const gate = gates.shift();
      if (gate !== undefined) await gate.promise;
      return found;
    },
  };
  const subscriptions = createSubscriptions({ ...deps(), live: slow });
  const streams = [hear(await subscriptions.open(client())), hear(await subscriptions.open(client()))];
  const [, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const open = Promise.withResolvers<void>();
  open.resolve();
  // The first stream is told of the kill at once, the second not before the flag is back.
  gates.push(open, held);
  await kill(workspaceId, "checkout");
  await live.look();
  const killed = (await live.payload(workspaceId, "production")).tag;
  await callRoute(createFlags(deps()).routes, workspaceId, api.reviveFlag, { params: { flag: "checkout" }, body: {} });
  await live.look();
  const back = (await live.payload(workspaceId, "production")).tag;
  held.resolve();
  for (const stream of streams) await expect.poll(() => lastTag(stream.text()), { timeout: 30_000 }).toBe(back);
  expect(killed).not.toBe(back);
  subscriptions.stop();
});

const lastTag = (heard: string): string | undefined => [...heard.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];

test("a workspace whose flags cannot be read keeps what is known of it, and holds up no other", async () => {
  const other = await makeWorkspace(engine.db);
  for (const workspace of [workspaceId, other]) await make(workspace, "checkout");
  const live = createLiveFeatures(deps());
  const isOff = async (workspace: number) => (await live.payload(workspace, "production")).features["checkout"]?.terrace.off === true;
  expect([await isOff(workspaceId), await isOff(other)]).toEqual([false, false]);
  await engine.db`update flag set definition = ${Buffer.from([0])} where workspace_id = ${workspaceId}`;
  await engine.db`update flag_revision set revision = revision + 1 where workspace_id = ${workspaceId}`;
  await kill(other, "checkout");
  await live.look();
  expect([await isOff(workspaceId), await isOff(other)]).toEqual([false, true]);
});

test("what names people from before that was refused is served to nobody, and its flag says so", async () => {
  await make(workspaceId, "old", { ...ALL, condition: { tag: "A" } });
  await make(workspaceId, "prices", { ...SPLIT, named: [{ arm: "new", ids: ["tester", "other"] }] });
  // As it stood before the upgrade: saving it is refused now.
  const stood = async (key: string, from: string, to: string) => {
    const [row] = await engine.db<{ definition: Uint8Array }[]>`
      select definition from flag where workspace_id = ${workspaceId} and key = ${key}`;
    if (row === undefined) throw new Error("the flag is not found");
    const text = openText(privacy, row.definition).replace(from, to);
    await engine.db`update flag set definition = ${sealText(privacy, text)} where workspace_id = ${workspaceId} and key = ${key}`;
  };
  await stood("old", '{"tag":"A"}', '{"email":"mei@example.com"}');
  await stood("prices", '"tester"', '"13800138000"');
  const { json, features } = await createLiveFeatures(deps()).payload(workspaceId, "production");
  expect(json).not.toMatch(/mei@example|13800138000/);
  expect(features["old"]?.rules).toBeUndefined();
  expect(features["prices"]?.rules).toHaveLength(2);
  const tells = async (key: string) =>
    (await callRoute(createFlags(deps()).routes, workspaceId, api.getFlag, { params: { flag: key } })).namesPeople;
  await make(workspaceId, "new");
  expect([await tells("old"), await tells("prices"), await tells("new")]).toEqual([true, true, false]);
});

test("what an erasure takes out of a flag is no longer served", async () => {
  await make(workspaceId, "checkout", { ...ALL, condition: { id: { $in: ["erased-person", "other-person"] } } });
  const live = createLiveFeatures(deps());
  const served = async () => (await live.payload(workspaceId, "production")).json;
  expect(await served()).toContain("erased-person");
  const holder = createTextHolder(deps(), "texts", FLAG_TEXTS);
  expect(await eraseFrom(engine.db, holder, erasureOf(workspaceId, [], ["erased-person"]))).toMatchObject({ removed: { texts: 1 } });
  await live.look();
  expect(await served()).not.toContain("erased-person");
  expect(await served()).toContain("other-person");
});

test("an arm is filed under the id that was hashed and under no other, and under none where different people are named", async () => {
  await make(workspaceId, "prices", SPLIT);
  const originOf = (kind: "user_id" | "anonymous_id", id: string): string => privacy.originId(workspaceId, kind, id);
  const know = async (kind: "user_id" | "anonymous_id", id: string, personId: string): Promise<void> => {
    await engine.db`
      insert into identity (workspace_id, origin_id, person_id, first_seen_ms, kind, value)
      values (${workspaceId}, ${originOf(kind, id)}, ${personId}, 1, ${kind}, ${id})`;
  };
  await know("user_id", "victim", "7");
  await know("anonymous_id", "tablet", "7");
  await know("user_id", "other", "8");
  const all = deps();
  const [live, facts, behind] = [createLiveFeatures(all), createPersonFacts(all), createWrittenBehind(all)];
  const filed = async (attributes: Record<string, string>): Promise<readonly string[]> => {
    await engine.db`delete from assignment where workspace_id = ${workspaceId}`;
    const { evaluate } = await evaluatorFor({ ...all, live, facts, behind }, { workspaceId, environment: "production", attributes });
    expect(evaluate("prices").given?.experiment).toBe("prices");
    await behind.flush();
    const rows = await engine.db<{ id: string }[]>`select origin_id::text as id from assignment where workspace_id = ${workspaceId}`;
    return rows.map(({ id }) => id);
  };
  expect(await filed({ id: "device" })).toEqual([originOf("anonymous_id", "device")]);
  expect(await filed({ id: "server-side", userId: "server-side" })).toEqual([originOf("user_id", "server-side")]);
  expect(await filed({ id: "victim" })).toEqual([originOf("user_id", "victim")]);
  expect(await filed({ id: "picked", userId: "victim" })).toEqual([originOf("anonymous_id", "picked")]);
  expect(await filed({ id: "tablet", userId: "victim" })).toEqual([originOf("anonymous_id", "tablet")]);
  expect(await filed({ id: "other", userId: "victim" })).toEqual([]);
  forgotten = originOf("user_id", "victim");
  expect(await filed({ id: "tablet", userId: "victim" })).toEqual([]);
});

test("conflicts are those of people whose ids were given different arms, and the arm that holds is the one that is given", async () => {
  // Ids 1 to 12: three of each of two people, the others nobody's; at some instants more than one.
  const rows = Array.from({ length: 12 }, (_, at) => ({
    originId: String(at + 1),
    personId: at < 6 ? String(1 + 3 * Math.floor(at / 3)) : undefined,
    arm: at % 4 === 1 || at === 4 ? "new" : "control",
    at: new Date(START_MS + (at % 3 === 2 ? 0 : 1)),
  }));
  for (const { originId, personId, arm, at } of rows) {
    await engine.db`
      insert into assignment (workspace_id, origin_id, experiment, version, arm, at) values
        (${workspaceId}, ${originId}, 'prices', 1, ${arm}, ${at}), (${workspaceId}, ${originId}, 'prices', 0, ${`before ${originId}`}, ${at})`;
    if (personId !== undefined)
      await engine.db`
        insert into identity (workspace_id, origin_id, person_id, first_seen_ms, kind, value)
        values (${workspaceId}, ${originId}, ${personId}, 1, 'user_id', ${originId})`;
  }
  const people = [...Map.groupBy(rows, ({ personId, originId }) => personId ?? originId)].map(([person, own]) => {
    const arms = [...new Set(own.map(({ arm }) => arm))].toSorted();
    return { person, arms, holds: armOfPerson(own.map((row) => ({ ...row, atMs: row.at.getTime() })))?.arm };
  });
  const differing = people.filter(({ arms }) => arms.length > 1);
  expect(differing).toHaveLength(2);
  const ask = (limit: string) =>
    callRoute(createFlags(deps()).routes, workspaceId, getAssignmentConflicts, { params: { experiment: "prices" }, query: { limit } });
  expect(await ask("50")).toEqual({ people: 8, conflicts: 2, items: differing });
  expect(await ask("1")).toEqual({ people: 8, conflicts: 2, items: differing.slice(0, 1) });
});

test("what ids that nobody came to be known by were given is forgotten after a while", async () => {
  const rows = [
    { id: "1", known: true },
    { id: "2", known: false },
  ];
  for (const { id, known } of rows) {
    await engine.db`
      insert into assignment (workspace_id, origin_id, experiment, version, arm, at)
      values (${workspaceId}, ${id}, 'prices', 0, 'new', ${new Date(START_MS)})`;
    if (known)
      await engine.db`
        insert into identity (workspace_id, origin_id, person_id, first_seen_ms, kind, value) values (${workspaceId}, ${id}, ${id}, 1, 'user_id', ${id})`;
  }
  const left = async () => {
    await createFlags(deps())
      .jobs.find(({ name }) => name === "flags.forget-unknown")
      ?.run();
    return (await engine.db`select origin_id::text as id from assignment where workspace_id = ${workspaceId} order by id`).map(
      ({ id }) => id,
    );
  };
  nowMs = START_MS + 30 * DAY_MS;
  expect(await left()).toEqual(["1", "2"]);
  // Once a day, however often it looks.
  nowMs += DAY_MS - 1;
  expect(await left()).toEqual(["1", "2"]);
  nowMs += 1;
  expect(await left()).toEqual(["1"]);
});

test("a live key keeps its environment however many were revoked", async () => {
  await make(workspaceId, "checkout");
  await callRoute(createFlags(deps()).routes, workspaceId, environmentApi.putFlagEnvironment, {
    params: { environment: "development" },
    body: { name: "Development", review: false },
  });
  const [live] = await engine.db<{ id: string }[]>`
    with made as (
      insert into api_key (workspace_id, kind, name, hint, hash, scopes, created_at, created_by, revoked_at)
      select ${workspaceId}, 'write', 'site', 'tw_', decode(md5(${workspaceId} || ' ' || n), 'hex'), '{}', now(), 'ann', case when n <= 10500 then now() end
      from generate_series(1, 10501) n returning key_id, revoked_at),
    led as (insert into flag_key (workspace_id, key_id, environment) select ${workspaceId}, key_id, 'development' from made)
    select key_id as id from made where revoked_at is null`;
  expect(await createLiveFeatures(deps()).environmentOf(workspaceId, live?.id ?? "")).toBe("development");
});

test("a step of an experiment's coverage comes in every process and is told on streams, in the form of GrowthBook's clients", async () => {
  const at = new Date(START_MS + DAY_MS).toISOString();
  await make(workspaceId, "checkout", { ...SPLIT, coverage: 1_000, ramp: [{ at, coverage: 4_000 }] });
  const live = createLiveFeatures(deps());
  const rangesOf = async () => {
    const [rule] = (await live.payload(workspaceId, "production")).features["checkout"]?.rules ?? [];
    return rule !== undefined && "ranges" in rule ? [rule.coverage, rule.weights, rule.ranges] : undefined;
  };
  const subscriptions = createSubscriptions({ ...deps(), live });
  const heard = hear(await subscriptions.open(client()));
  const before = (await live.payload(workspaceId, "production")).tag;
  nowMs = START_MS + DAY_MS - 1;
  await live.look();
  // prettier-ignore
  expect(await rangesOf()).toEqual([0.1, [0.5, 0.5], [[0, 0.05], [0.5, 0.55]]]);
  nowMs += 1;
  // Whoever asks first must not keep it from those who wait.
  // prettier-ignore
  expect(await rangesOf()).toEqual([0.4, [0.5, 0.5], [[0, 0.2], [0.5, 0.7]]]);
  await live.look();
  const { tag } = await live.payload(workspaceId, "production");
  expect(tag).not.toBe(before);
  await expect.poll(heard.text, { timeout: 30_000 }).toContain(tag);
  subscriptions.stop();
  await expect(make(workspaceId, "shrinks", { ...SPLIT, coverage: 4_000, ramp: [{ at, coverage: 1_000 }] })).rejects.toMatchObject({
    issues: [{ path: ["definition", "environments", "production", "rules", 0, "ramp"] }],
  });
});
