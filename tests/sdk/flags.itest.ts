import {
  clearCache,
  configureCache,
  GrowthBook,
  GrowthBookClient,
  LocalStorageStickyBucketService,
  setPolyfills,
} from "@growthbook/growthbook";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature } from "@openfeature/server-sdk";
import { OpenFeature as OpenFeatureWeb, type Provider } from "@openfeature/web-sdk";
import { bucketOf } from "@terrace/domain/assignment/bucket";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bundle } from "../../packages/sdk/build.mjs";
import { createFlags, type Exposure } from "../../packages/sdk/src/flags/flags.ts";
import type { CreateMiniProgramFlags } from "../../packages/sdk/src/mini-program/flags-api.ts";
import type { createTerrace as createMiniProgram } from "../../packages/sdk/src/mini-program/mini-program.ts";
import { createTerrace } from "../../packages/sdk/src/node/node.ts";
import { arrived, storedEvents } from "./arrivals.ts";
import { TestEventSource } from "./event-source.ts";
import { asMiniProgram, weChat } from "./we-chat.ts";

let terrace: TestTerrace;
beforeAll(async () => {
  // What the clients take for the browser's own.
  Object.assign(globalThis, { EventSource: TestEventSource });
  setPolyfills({ EventSource: TestEventSource });
  configureCache({ disableCache: true });
  terrace = await startTerrace();
}, 120_000);
afterEach(() => clearCache());
afterAll(async () => {
  await OpenFeature.close();
  await terrace.stop();
});

const ALWAYS = { from: null, until: null };
const CHECKOUT = {
  id: "ab",
  kind: "experiment",
  experiment: "checkout-2026",
  coverage: 10_000,
  arms: [
    { key: "control", name: "As it was", value: "old", weight: 5_000 },
    { key: "new", name: "One page", value: "new", weight: 5_000 },
  ],
  named: [{ arm: "new", ids: ["tester"] }],
};

type Flag = { readonly version: number; readonly definition: { readonly environments: Record<string, unknown> } };

async function makeFlag(
  key: string,
  type: string,
  values: { readonly defaultValue: unknown; readonly offValue: unknown },
  rules: readonly unknown[],
) {
  return terrace.api<Flag>("/flags", {
    body: { key, name: key, definition: { type, ...values, environments: { production: { on: true, rules } } } },
  });
}

const armOf = (id: string): string => (bucketOf("checkout-2026", id) < 5_000 ? "old" : "new");
const IDS = Array.from({ length: 40 }, (_, at) => `visitor-${at}`);

async function ofrep(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${terrace.url}/ofrep/v1/evaluate/flags${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${terrace.writeKey}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

test("clients of GrowthBook and of OpenFeature, unchanged, come to the same arms as the hash", async () => {
  await makeFlag("checkout", "string", { defaultValue: "old", offValue: "old" }, [CHECKOUT]);
  await makeFlag("banner", "json", { defaultValue: { text: "hi" }, offValue: {} }, [
    { id: "cn", kind: "force", value: { text: "你好" }, condition: { country: { $in: ["CN", "HK"] } } },
  ]);
  await makeFlag("limit", "number", { defaultValue: 3, offValue: 0 }, []);

  const local = new GrowthBookClient({ apiHost: terrace.url, clientKey: terrace.writeKey });
  expect((await local.init()).success).toBe(true);
  const provider = new OFREPProvider({ baseUrl: terrace.url, headers: [["Authorization", `Bearer ${terrace.writeKey}`]] });
  await OpenFeature.setProviderAndWait(provider);
  const server = OpenFeature.getClient();
  for (const id of IDS) {
    expect(local.getFeatureValue("checkout", "none", { attributes: { id } })).toBe(armOf(id));
    const details = await server.getStringDetails("checkout", "none", { targetingKey: id });
    expect(details).toMatchObject({ value: armOf(id), reason: "SPLIT", variant: armOf(id) === "old" ? "control" : "new" });
    expect(details.flagMetadata).toMatchObject({ experiment: "checkout-2026", hashVersion: 2, unit: "id" });
  }
  expect(local.evalFeature("checkout", { attributes: { id: "tester" } })).toMatchObject({ value: "new", source: "force" });
  expect(await server.getObjectValue("banner", {}, { targetingKey: "x", country: "CN" })).toEqual({ text: "你好" });
  expect(local.getFeatureValue("banner", {}, { attributes: { country: "HK" } })).toEqual({ text: "你好" });
  expect(await server.getNumberDetails("limit", 1, {})).toMatchObject({ value: 3, reason: "STATIC" });
  expect(await server.getBooleanDetails("nothing", true, {})).toMatchObject({ value: true, errorCode: "FLAG_NOT_FOUND" });
  local.destroy();

  const tracked: string[] = [];
  const remote = new GrowthBook({
    apiHost: terrace.url,
    clientKey: terrace.writeKey,
    remoteEval: true,
    attributes: { id: "visitor-1", country: "CN" },
    trackingCallback: (experiment, result) => void tracked.push(`${experiment.key} ${result.key}`),
  });
  await remote.init();
  expect(remote.getFeatureValue("checkout", "none")).toBe(armOf("visitor-1"));
  expect(remote.getFeatureValue("banner", {})).toEqual({ text: "你好" });
  expect(tracked).toEqual([`checkout-2026 ${armOf("visitor-1") === "old" ? "control" : "new"}`]);
  remote.destroy();
});

test("what GrowthBook's client forces is what the server evaluates, and no exposure is told of it", async () => {
  const forced = armOf("visitor-1") === "old" ? 1 : 0;
  const tracked: string[] = [];
  const remote = new GrowthBook({
    apiHost: terrace.url,
    clientKey: terrace.writeKey,
    remoteEval: true,
    attributes: { id: "visitor-1" },
    forcedVariations: { "checkout-2026": forced },
    trackingCallback: (experiment) => void tracked.push(experiment.key),
  });
  await remote.init();
  expect(remote.getFeatureValue("checkout", "none")).toBe(["old", "new"][forced]);
  remote.setForcedFeatures(new Map([["limit", 7]]));
  await remote.refreshFeatures();
  expect(remote.getFeatures()).toMatchObject({ limit: { defaultValue: 7 }, checkout: { defaultValue: ["old", "new"][forced] } });
  expect(tracked).toEqual([]);
  remote.destroy();
});

test("the web provider reads all flags at once, is told nothing new by the tag, and hears of a kill by the stream", async () => {
  const provider = new OFREPWebProvider({
    baseUrl: terrace.url,
    headers: [["Authorization", `Bearer ${terrace.writeKey}`]],
    changeDetection: "sse",
  });
  await OpenFeatureWeb.setContext({ targetingKey: "visitor-2", country: "US" });
  // Its own type says that its hooks may be undefined, which ours of optional properties is stricter about.
  await OpenFeatureWeb.setProviderAndWait(provider as Provider);
  const client = OpenFeatureWeb.getClient();
  expect(client.getStringValue("checkout", "none")).toBe(armOf("visitor-2"));
  expect(client.getObjectValue("banner", {})).toEqual({ text: "hi" });

  const first = await ofrep("", { context: { targetingKey: "visitor-2" } });
  const tag = first.headers.get("etag") ?? "";
  const again = await ofrep("", { context: { targetingKey: "visitor-2" } }, { "if-none-match": tag });
  expect([first.status, again.status, await again.text()]).toEqual([200, 304, ""]);

  const streaming = new GrowthBook({ apiHost: terrace.url, clientKey: terrace.writeKey, attributes: { id: "visitor-2" } });
  await streaming.init({ streaming: true });
  expect(streaming.getFeatureValue("limit", 1)).toBe(3);
  await terrace.api("/flags/limit/kill", { body: { note: "too many" } });
  await eventually(async () => {
    expect(streaming.getFeatureValue("limit", 1)).toBe(0);
    expect(client.getNumberDetails("limit", 1)).toMatchObject({ value: 0, reason: "DISABLED" });
  });
  await terrace.api("/flags/limit/revive", { body: {} });
  await eventually(async () => expect(streaming.getFeatureValue("limit", 1)).toBe(3));
  streaming.destroy();
  // It would ask for flags of other tests, and be given arms.
  await OpenFeatureWeb.close();
});

test("what is no request of the protocol is refused in its words", async () => {
  expect((await ofrep("/checkout", "{")).status).toBe(400);
  expect(await (await ofrep("/checkout", "{")).json()).toMatchObject({ key: "checkout", errorCode: "PARSE_ERROR" });
  expect(await (await ofrep("/checkout", { context: [] })).json()).toMatchObject({ errorCode: "INVALID_CONTEXT" });
  expect(await (await ofrep("", { context: { text: "x".repeat(5_000) } })).json()).toMatchObject({ errorCode: "INVALID_CONTEXT" });
  const unknown = await ofrep("/nothing", {});
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { key: "nothing", errorCode: "FLAG_NOT_FOUND" }]);
  expect((await ofrep("/checkout", {}, { authorization: "Bearer nobody" })).status).toBe(401);
  expect((await ofrep("/checkout", {}, { authorization: "", "x-api-key": terrace.writeKey })).status).toBe(200);
  // A secret key is no client's key.
  expect((await fetch(`${terrace.url}/api/features/${terrace.secretKey}`)).status).toBe(401);
  const configuration = await fetch(`${terrace.url}/ofrep/v1/configuration`, { headers: { authorization: `Bearer ${terrace.writeKey}` } });
  expect(await configuration.json()).toMatchObject({
    name: "Terrace",
    capabilities: { cacheInvalidation: { polling: { enabled: true } } },
  });
});

test("a person keeps the arm that any of their ids was given first, also when weights change and ids are joined; conflicts are counted", async () => {
  const rule = { ...CHECKOUT, experiment: "prices", named: [] };
  const flag = await makeFlag("prices", "string", { defaultValue: "none", offValue: "none" }, [rule]);
  const arm = async (context: Record<string, string>): Promise<string> =>
    ((await (await ofrep("/prices", { context })).json()) as { value: string }).value;
  const side = (id: string): string => (bucketOf("prices", id) < 5_000 ? "old" : "new");
  const phone = "phone-1";
  const laptop = Array.from({ length: 50 }, (_, at) => `laptop-${at}`).find((id) => side(id) !== side(phone)) ?? "";
  const [first, second] = [side(phone), side(laptop)];
  expect(await arm({ targetingKey: phone, anonymousId: phone })).toBe(first);
  await eventually(async () => expect((await conflictsOf("prices")).people).toBe(1));
  expect(await arm({ targetingKey: laptop, anonymousId: laptop })).toBe(second);
  await eventually(async () => expect(await conflictsOf("prices")).toMatchObject({ people: 2, conflicts: 0 }));

  await terrace.send([
    { type: "identify", userId: "mei", anonymousId: phone },
    { type: "identify", userId: "mei", anonymousId: laptop },
  ]);
  await eventually(async () => expect(await arm({ targetingKey: laptop, anonymousId: laptop })).toBe(first));
  await eventually(async () => expect(await arm({ targetingKey: "elsewhere", userId: "mei" })).toBe(first));
  expect(await conflictsOf("prices")).toMatchObject({ people: 1, conflicts: 1, items: [{ holds: first === "old" ? "control" : "new" }] });

  // Everybody else gets the other arm from now on.
  const arms = rule.arms.map((one) => ({ ...one, weight: one.value === first ? 0 : 10_000 }));
  const environments = { production: { on: true, window: ALWAYS, rules: [{ ...rule, arms }] } };
  await terrace.api("/flags/prices", {
    method: "PUT",
    body: {
      name: "prices",
      baseVersion: flag.version,
      definition: { type: "string", defaultValue: "none", offValue: "none", environments },
    },
  });
  expect(await arm({ targetingKey: "mei", userId: "mei" })).toBe(first);
  expect(await arm({ targetingKey: "newcomer" })).not.toBe(first);
});

async function conflictsOf(experiment: string): Promise<{ people: number; conflicts: number; items: readonly { holds: string }[] }> {
  return terrace.api(`/assignments/${experiment}/conflicts`);
}

test("rules ask about segments by what the server knows, whatever a client says", async () => {
  const { id } = await terrace.api<{ id: string }>("/segments", { body: { name: "Buyers", rule: { did: { event: "Bought" } } } });
  await makeFlag("vip", "boolean", { defaultValue: false, offValue: false }, [
    { id: "buyers", kind: "force", value: true, segments: { any: [id], none: [] } },
  ]);
  await terrace.send([{ type: "track", userId: "buyer", event: "Bought" }]);
  const vip = async (context: Record<string, unknown>): Promise<boolean> =>
    ((await (await ofrep("/vip", { context })).json()) as { value: boolean }).value;
  await eventually(async () => expect(await vip({ targetingKey: "buyer" })).toBe(true));
  expect(await vip({ targetingKey: "liar", segments: [id] })).toBe(false);
  expect(await vip({})).toBe(false);
  const used = await terrace.api<{ usedBy: readonly { kind: string; id: string }[] }>(`/segments/${id}`);
  expect(used.usedBy).toMatchObject([{ kind: "flag", id: "vip" }]);
});

test("a key gets the flags of its environment", async () => {
  const { secret, key } = await terrace.api<{ secret: string; key: { id: string } }>("/keys", {
    body: { kind: "write", name: "Test site", scopes: [] },
  });
  const valueOf = async (client: string): Promise<unknown> => {
    const answer = await fetch(`${terrace.url}/api/features/${client}`);
    const { features } = (await answer.json()) as { features: Record<string, { defaultValue: unknown }> };
    return features["limit"]?.defaultValue;
  };
  expect([await valueOf(secret), await valueOf(terrace.writeKey)]).toEqual([3, 3]);
  await terrace.api(`/flag-keys/${key.id}`, { method: "PUT", body: { environment: "development" } });
  expect([await valueOf(secret), await valueOf(terrace.writeKey)]).toEqual([0, 3]);
});

test("Terrace's own client evaluates by itself, hears of a kill, and tells of exposures", async () => {
  const events = createTerrace({ host: terrace.url, writeKey: terrace.writeKey });
  const flags = createFlags({
    host: terrace.url,
    writeKey: terrace.writeKey,
    onExposure: (exposure, { id }) => events.track({ anonymousId: String(id), event: "$exposure", properties: exposure }),
  });
  try {
    expect(await flags.ready()).toBe(true);
    for (const id of IDS) expect(flags.value("checkout", "none", { id })).toBe(armOf(id));
    expect(flags.details("limit", 9)).toMatchObject({ value: 3, reason: "STATIC" });
    await terrace.api("/flags/limit/kill", { body: {} });
    await eventually(async () => expect(flags.details("limit", 9)).toMatchObject({ value: 0, reason: "DISABLED" }));
    await terrace.api("/flags/limit/revive", { body: {} });
    await events.flush();
    const told = await arrived(terrace, { name: "$exposure" }, IDS.length);
    expect(
      new Set(told.map(({ properties }) => JSON.stringify([properties["experiment"], properties["flag"], properties["unit"]]))),
    ).toEqual(new Set([JSON.stringify(["checkout-2026", "checkout", "person"])]));
    expect(told.filter(({ properties }) => properties["variant"] === "control")).toHaveLength(
      IDS.filter((id) => armOf(id) === "old").length,
    );
  } finally {
    flags.close();
    await events.close();
  }
});

test("a mini-program gives the arms of the server, keeps them over a restart, hears of changes by asking, and tells of each once", async () => {
  const rule = { ...CHECKOUT, experiment: "mini", named: [] };
  const values = { type: "string", defaultValue: "none", offValue: "off" };
  const { version } = await makeFlag("mini", "string", values, [rule]);
  const built = async (entry: string) => asMiniProgram(await bundle(`src/mini-program/${entry}.ts`, "cjs"));
  const { createFlags } = (await built("flags")) as { createFlags: CreateMiniProgramFlags };
  const { createTerrace } = (await built("mini-program")) as { createTerrace: typeof createMiniProgram };
  const [storage, exposures] = [new Map<string, unknown>(), [] as string[]];
  const from = { host: terrace.url, writeKey: terrace.writeKey };
  const openWith = (world: ReturnType<typeof weChat>, onExposure?: (exposure: Exposure) => void) =>
    createFlags({ ...from, wx: world.wx, pollMs: 50, ...(onExposure === undefined ? {} : { onExposure }) });
  const onServer = async (id: string): Promise<string> =>
    ((await (await ofrep("/mini", { context: { targetingKey: id } })).json()) as { value: string }).value;

  const first = openWith(weChat(storage), ({ variant }) => void exposures.push(variant));
  expect(await first.ready()).toBe(true);
  const arms = IDS.map((id) => first.value("mini", "unknown", { id }));
  expect(arms).toEqual(await Promise.all(IDS.map(onServer)));
  for (const id of IDS) first.value("mini", "unknown", { id });
  expect(exposures.map((variant) => (variant === "new" ? "new" : "old"))).toEqual(arms);
  const shifted = rule.arms.map((one) => ({ ...one, weight: one.value === "old" ? 0 : 10_000 }));
  const environments = { production: { on: true, window: ALWAYS, rules: [{ ...rule, arms: shifted }] } };
  const changed = new Promise<void>((resolve) => void first.onChange(resolve));
  await terrace.api("/flags/mini", {
    method: "PUT",
    body: { name: "mini", baseVersion: version, definition: { ...values, environments } },
  });
  await changed;
  expect(IDS.map((id) => first.value("mini", "unknown", { id }))).toEqual(arms);
  first.close();

  // Offline, what was kept of the last time is in force at once.
  const world = weChat(storage);
  world.online = false;
  const mini = createTerrace({ ...from, wx: world.wx });
  const second = openWith(world, (exposure) => mini.track("$exposure", exposure));
  expect(await second.ready()).toBe(true);
  const remembered = IDS.slice(-10);
  expect(remembered.map((id) => second.value("mini", "unknown", { id }))).toEqual(arms.slice(-10));
  expect(second.value("mini", "unknown", { id: mini.anonymousId() })).toBe("new");
  world.online = true;
  await terrace.api("/flags/mini/kill", { body: {} });
  await eventually(async () => expect(second.value("mini", "unknown")).toBe("off"));
  second.close();
  await mini.flush();
  await eventually(async () => {
    const told = (await storedEvents(terrace, { name: "$exposure" })).filter(({ properties }) => properties["flag"] === "mini");
    expect(told).toHaveLength(remembered.length + 1);
  });
  expect(world.asked.filter((url) => url.includes("/sub/"))).toEqual([]);
});

const STATES = "states-2026";
/** Somebody whose hash gives the arm that is not taken. */
const withOldArm = (prefix: string): string =>
  Array.from({ length: 50 }, (_, at) => `${prefix}-${at}`).find((id) => bucketOf(STATES, id) < 5_000) ?? "";
const ASKED = { holder: withOldArm("holder"), newcomer: withOldArm("newcomer"), tester: "tester" };

/** What clients make of the flag: by themselves, by themselves with a memory of their own, and asking the server. */
function clientsOf(flag: string) {
  const stored = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const from = { apiHost: terrace.url, clientKey: terrace.writeKey };
  const exposed: string[] = [];
  const trackingCallback = (_: unknown, { key, hashValue }: { key: string; hashValue: string }): void =>
    void exposed.push(`${hashValue} ${key}`);
  const asOne = async (options: ConstructorParameters<typeof GrowthBook>[0]): Promise<unknown> => {
    const client = new GrowthBook({ ...from, ...options, trackingCallback });
    expect((await client.init({ skipCache: true })).success).toBe(true);
    const value = client.getFeatureValue<unknown>(flag, "unknown");
    client.destroy();
    return value;
  };
  return {
    exposed,
    alone: async (id: string) => asOne({ attributes: { id } }),
    remembering: async (id: string) =>
      asOne({ attributes: { id }, stickyBucketService: new LocalStorageStickyBucketService({ localStorage }) }),
    remote: async (id: string) => asOne({ attributes: { id }, remoteEval: true }),
    openFeature: async (id: string) => OpenFeature.getClient().getStringDetails(flag, "unknown", { targetingKey: id }),
  };
}

test("unchanged clients follow an experiment from its draft to its decision", async () => {
  const variants = CHECKOUT.arms.map(({ key, name }) => ({ key, name, weight: 1 }));
  const definition = { variants, metrics: [{ of: { metric: "buyers" }, role: "primary" }] };
  const { id } = await terrace.api<{ id: string }>("/experiments", { body: { key: STATES, name: "States", definition } });
  await makeFlag("states", "string", { defaultValue: "none", offValue: "off" }, [{ ...CHECKOUT, experiment: STATES }]);
  const move = (action: string) => terrace.api(`/experiments/${id}/move`, { body: { action } });
  const provider = new OFREPProvider({ baseUrl: terrace.url, headers: [["Authorization", `Bearer ${terrace.writeKey}`]] });
  await OpenFeature.setProviderAndWait(provider);
  const clients = clientsOf("states");
  const { holder, newcomer, tester } = ASKED;
  // Who evaluates by themselves leaves nothing behind, so that asking them tells when the server has heard of a change.
  const heard = async (value: string): Promise<void> => {
    await eventually(async () => expect(await clients.alone(newcomer)).toBe(value));
    clients.exposed.length = 0;
  };
  const told = async (ask: (one: string) => Promise<unknown>) => [await ask(holder), await ask(newcomer), await ask(tester)];
  const plain = async (one: string) => (await clients.openFeature(one)).value;
  const ways = [clients.alone, clients.remembering, clients.remote, plain];

  await heard("none");
  for (const ask of ways) expect(await told(ask)).toEqual(["none", "none", "new"]);
  expect(clients.exposed).toEqual([]);

  await move("start");
  await heard("old");
  for (const ask of ways) expect([await ask(holder), await ask(tester)]).toEqual(["old", "new"]);
  expect(await clients.openFeature(holder)).toMatchObject({ reason: "SPLIT", flagMetadata: { experiment: STATES, arm: "control" } });
  expect(new Set(clients.exposed)).toEqual(new Set([`${holder} control`]));

  await move("pause");
  await heard("none");
  // What the server gave is written down a moment later.
  await eventually(async () =>
    expect((await clients.openFeature(holder)).flagMetadata).toMatchObject({ arm: "control", remembered: true }),
  );
  expect(await told(clients.alone)).toEqual(["none", "none", "new"]);
  for (const ask of [clients.remembering, clients.remote, plain]) expect(await told(ask)).toEqual(["old", "none", "new"]);
  await move("resume");
  await heard("old");
  await move("pause");
  await heard("none");

  await terrace.api(`/experiments/${id}/stop`, { body: { decision: "take", variant: "new" } });
  await heard("new");
  for (const ask of ways) expect(await told(ask)).toEqual(["new", "new", "new"]);
  const taken = await clients.openFeature(holder);
  expect(taken).toMatchObject({ value: "new", reason: "STATIC", flagMetadata: { rule: "ab" } });
  expect(taken.flagMetadata).not.toHaveProperty("experiment");
  expect(clients.exposed).toEqual([]);

  await terrace.api(`/experiments/${id}/decision`, { method: "PUT", body: { decision: "keep" } });
  await heard("none");
  for (const ask of ways) expect(await told(ask)).toEqual(["none", "none", "none"]);
  expect(clients.exposed).toEqual([]);
});

test("after a restart everyone has the arm they had, also where the hash would give another one by now", async () => {
  const rule = { ...CHECKOUT, experiment: "restarted", named: [] };
  const values = { type: "string", defaultValue: "none", offValue: "none" };
  const { version } = await makeFlag("restarted", "string", values, [rule]);
  const arm = async (id: string): Promise<string> =>
    ((await (await ofrep("/restarted", { context: { targetingKey: id } })).json()) as { value: string }).value;
  const arms = async (): Promise<readonly string[]> => Promise.all(IDS.map(arm));
  const before = await arms();
  expect(new Set(before)).toEqual(new Set(["old", "new"]));
  await eventually(async () => expect((await conflictsOf("restarted")).people).toBe(IDS.length));
  const shifted = rule.arms.map((one) => ({ ...one, weight: one.value === "old" ? 0 : 10_000 }));
  const environments = { production: { on: true, window: ALWAYS, rules: [{ ...rule, arms: shifted }] } };
  await terrace.api("/flags/restarted", {
    method: "PUT",
    body: { name: "restarted", baseVersion: version, definition: { ...values, environments } },
  });
  const { data } = terrace;
  await terrace.kill();
  terrace = await startTerrace({ data });
  expect(await arms()).toEqual(before);
  for (const newcomer of ["newcomer-1", "newcomer-2", "newcomer-3", "newcomer-4"]) expect(await arm(newcomer)).toBe("new");
});
