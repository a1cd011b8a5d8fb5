import { createServer, type Server } from "node:http";
import { bucketOf } from "@terrace/domain/assignment/bucket";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFlags, type Exposure, type Flags, type FlagStore } from "./flags.ts";

/** What a Terrace answers, with a version that goes up. */
let version = 1;
let weights = [0.5, 0.5];
let phase: string | undefined;
let server: Server;
let host = "";
let asked = 0;
const opened: Flags[] = [];

beforeEach(async () => {
  [version, weights, phase, asked] = [1, [0.5, 0.5], undefined, 0];
  server = createServer((request, response) => {
    if (request.url?.startsWith("/sub/") === true) return void response.writeHead(503).end();
    asked += 1;
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ status: 200, features: featuresNow(), dateUpdated: String(version) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  host = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
});
afterEach(() => {
  for (const flags of opened.splice(0)) flags.close();
  server.closeAllConnections();
  server.close();
});

function featuresNow() {
  const [half = 0] = weights;
  return {
    checkout: {
      defaultValue: "old",
      rules: [
        {
          id: "ab",
          key: "checkout",
          seed: "checkout",
          hashAttribute: "id",
          hashVersion: 2,
          variations: ["old", "new"],
          weights,
          coverage: 1,
          ranges: [
            [0, half],
            [half, 1],
          ],
          meta: [
            { key: "control", name: "" },
            { key: "new", name: "" },
          ],
          phase,
          bucketVersion: 0,
          minBucketVersion: 0,
        },
      ],
      terrace: { type: "string", version },
    },
    limit: { defaultValue: version, terrace: { type: "number", version } },
  };
}

function storeOf(kept = new Map<string, string>()): FlagStore {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) };
}

function open(options: Partial<Parameters<typeof createFlags>[0]> = {}): Flags {
  const flags = createFlags({ host, writeKey: "k", stream: false, store: null, ...options });
  opened.push(flags);
  return flags;
}

test("values are those of the flags, and the fallback where there is none", async () => {
  const flags = open();
  expect(flags.details("limit", 9)).toEqual({ value: 9, reason: "ERROR", isFallback: true });
  expect(await flags.ready()).toBe(true);
  expect(flags.value("limit", 9)).toBe(1);
  expect(flags.value("nothing", "fallback")).toBe("fallback");
  for (let at = 0; at < 50; at += 1)
    expect(flags.value("checkout", "none", { id: `v${at}` })).toBe(bucketOf("checkout", `v${at}`) < 5_000 ? "old" : "new");
  expect(asked).toBe(1);
});

test("a unit is told of once for each arm, and not at all without one", async () => {
  const exposures: (readonly [Exposure, unknown])[] = [];
  const flags = open({ onExposure: (exposure, context) => void exposures.push([exposure, context["id"]]) });
  await flags.ready();
  flags.value("limit", 0, { id: "v1" });
  flags.value("checkout", "none", {});
  for (const id of ["v1", "v1", "v2"]) flags.value("checkout", "none", { id });
  const variant = (id: string): string => (bucketOf("checkout", id) < 5_000 ? "control" : "new");
  const exposure = { experiment: "checkout", flag: "checkout", unit: "person", hash_version: 2, version: 0 };
  expect(exposures).toEqual([
    [{ ...exposure, variant: variant("v1") }, "v1"],
    [{ ...exposure, variant: variant("v2") }, "v2"],
  ]);
});

test("what was given is kept when weights change, also over a visit, and newcomers get the new weights", async () => {
  const kept = new Map<string, string>();
  const first = open({ store: storeOf(kept) });
  await first.ready();
  const arm = first.value("checkout", "none", { id: "v1" });
  first.close();
  [version, weights] = [2, arm === "old" ? [0, 1] : [1, 0]];
  const second = open({ store: storeOf(kept) });
  // Flags of the last visit are there at once.
  expect(second.value("limit", 9)).toBe(1);
  await second.refresh();
  expect(second.value("limit", 9)).toBe(2);
  expect(second.value("checkout", "none", { id: "v1" })).toBe(arm);
  expect(second.value("checkout", "none", { id: "newcomer" })).not.toBe(arm);
});

test("exposures say by which shares an arm was drawn, also on a later visit, when other shares are in force", async () => {
  const [kept, periods] = [new Map<string, string>(), [] as unknown[]];
  const visit = async (now: string) => {
    [version, phase] = [version + 1, now];
    const flags = open({ store: storeOf(kept), onExposure: ({ period }, { id }) => void periods.push([id, period]) });
    await flags.refresh();
    for (const id of ["v1", `newcomer ${now}`]) flags.value("checkout", "none", { id });
    flags.close();
  };
  await visit("0");
  await visit("4");
  expect(periods).toEqual([
    ["v1", 0],
    ["newcomer 0", 0],
    ["v1", 0],
    ["newcomer 4", 4],
  ]);
});

test("changes are told, and an answer that is none changes nothing", async () => {
  const flags = open();
  await flags.ready();
  let changes = 0;
  const callOff = flags.onChange(() => (changes += 1));
  await flags.refresh();
  version = 2;
  await flags.refresh();
  callOff();
  version = 3;
  await flags.refresh();
  expect(changes).toBe(1);
  server.removeAllListeners("request");
  server.on("request", (_request, response) => void response.writeHead(500).end("busy"));
  expect(await flags.refresh()).toBe(false);
  expect(flags.value("limit", 0)).toBe(3);
});

test("a store that is broken or full keeps nobody from their flags", async () => {
  const store: FlagStore = {
    getItem: () => "{",
    setItem: () => {
      throw new Error("full");
    },
  };
  const flags = open({ store });
  expect(await flags.ready()).toBe(true);
  expect(flags.value("checkout", "none", { id: "v1" })).not.toBe("none");
});

/** Ids of which the hash says one arm and the other. */
const idOf = (arm: string, at = 0): string => {
  const id = `${arm}-${at}`;
  return (bucketOf("checkout", id) < 5_000 ? "old" : "new") === arm ? id : idOf(arm, at + 1);
};

test("who signs in keeps the arm under the new id, on this visit and on the next, also without the id from before", async () => {
  const [anonymousId, userId] = [idOf("old"), idOf("new")];
  const [kept, exposures] = [new Map<string, string>(), [] as unknown[]];
  const visit = open({ store: storeOf(kept), onExposure: ({ variant }, { id }) => void exposures.push([id, variant]) });
  await visit.ready();
  expect(visit.value("checkout", "none", { id: anonymousId })).toBe("old");
  const signedIn = visit.details("checkout", "none", { id: userId, anonymousId });
  expect([signedIn.value, signedIn.isConflict]).toEqual(["old", undefined]);
  visit.close();
  const next = open({ store: storeOf(kept) });
  await next.ready();
  expect(next.value("checkout", "none", { id: userId })).toBe("old");
  expect(exposures).toEqual([
    [anonymousId, "control"],
    [userId, "control"],
  ]);
});

test.each([
  { first: "anonymous", order: ["old", "new"], holds: "old" },
  { first: "known", order: ["new", "old"], holds: "new" },
])("of two arms of one person the one given first holds for all their ids, and the conflict is told: $first", async ({ order, holds }) => {
  const ids = { id: idOf("new"), anonymousId: idOf("old") };
  const kept = new Map<string, string>();
  const flags = open({ store: storeOf(kept) });
  await flags.ready();
  for (const arm of order) expect(flags.value("checkout", "none", { id: idOf(arm) })).toBe(arm);
  flags.close();
  const joined = open({ store: storeOf(kept) });
  await joined.ready();
  const told = joined.details("checkout", "none", ids);
  expect([told.value, told.isConflict]).toEqual([holds, true]);
  for (const id of Object.values(ids)) expect(joined.details("checkout", "none", { id })).toMatchObject({ value: holds });
  expect(joined.details("checkout", "none", ids).isConflict).toBeUndefined();
});

test("what was kept before arms had their order holds over what came since", async () => {
  const [known, anonymousId] = [idOf("new"), idOf("old")];
  const kept = new Map([["terrace.flags.k.arms", JSON.stringify({ [`id||${anonymousId}`]: { checkout__0: "control" } })]]);
  const flags = open({ store: storeOf(kept) });
  await flags.ready();
  expect(flags.value("checkout", "none", { id: known })).toBe("new");
  expect(flags.details("checkout", "none", { id: known, anonymousId })).toMatchObject({ value: "old", isConflict: true });
});

test("flags are asked for again and again where there is no stream", async () => {
  const flags = open({ pollMs: 5 });
  await flags.ready();
  const changed = new Promise<void>((resolve) => void flags.onChange(resolve));
  version = 2;
  await changed;
  expect(flags.value("limit", 0)).toBe(2);
});
