import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, sensorsUrl, storedEvents, traitsOf } from "./arrivals.ts";

type Properties = Readonly<Record<string, unknown>>;
/** The part of sa-sdk-node (which has no types) that is used here. */
type SensorsClient = {
  submitTo(
    options: { url: string; gzip?: boolean; mode?: string },
    batch?: { count?: number; timeSpan?: number },
  ): { catch(callback: (error: unknown) => void): void };
  registerSuperProperties(values: Properties): void;
  track(distinctId: string, event: string, properties?: Properties): void;
  trackSignup(distinctId: string, originalId: string, properties?: Properties): void;
  profileSet(distinctId: string, properties: Properties): void;
  profileSetOnce(distinctId: string, properties: Properties): void;
  profileIncrement(distinctId: string, properties: Properties): void;
  profileAppend(distinctId: string, properties: Properties): void;
  profileUnset(distinctId: string, keys: readonly string[]): void;
  itemSet(type: string, id: string, properties: Properties): void;
  itemDelete(type: string, id: string): void;
};
const Sensors = createRequire(import.meta.url)("sa-sdk-node") as new () => SensorsClient;

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

function client(
  options: { readonly gzip?: boolean; readonly mode?: string } = {},
  batch: { count?: number; timeSpan?: number } = {},
): { readonly sensors: SensorsClient; readonly errors: unknown[] } {
  // The client connects once per process and remembers it here.
  Reflect.deleteProperty(globalThis, "isRunSubmitTo");
  const sensors = new Sensors();
  const errors: unknown[] = [];
  sensors.submitTo({ url: sensorsUrl(terrace), ...options }, batch).catch((error) => errors.push(error));
  return { sensors, errors };
}

describe("the unchanged Sensors Data Node client", () => {
  test("delivers tracks, gzipped in batches and plain one by one", async () => {
    const zipped = client({ gzip: true }, { count: 2, timeSpan: 50 });
    zipped.sensors.registerSuperProperties({ app_name: "demo" });
    zipped.sensors.track("sn-1", "ViewProduct", { product_id: "p1", price: 12.5, tags: ["a", "b"], ok: true });
    const plain = client({ gzip: false });
    plain.sensors.track("sn-1", "PlainView", { goods: "青瓷" });
    expect((await arrivedOne(terrace, "ViewProduct")).properties).toMatchObject({
      product_id: "p1",
      price: 12.5,
      app_name: "demo",
      ok: true,
    });
    expect(await arrivedOne(terrace, "PlainView")).toMatchObject({ source: "sensors" });
    expect([...zipped.errors, ...plain.errors]).toEqual([]);
  });

  test("joins the anonymous past at sign-up", async () => {
    const { sensors, errors } = client();
    sensors.track("sn-anon-2a5f8e7c-1d22-4b7a-9c1e-0f4f2a9b8c11", "Browsed", {});
    sensors.trackSignup("sn-2", "sn-anon-2a5f8e7c-1d22-4b7a-9c1e-0f4f2a9b8c11", {});
    const found = await person(terrace, "user_id", "sn-2", (candidate) =>
      expect(identitiesOf(candidate)).toContain("anonymous_id:sn-anon-2a5f8e7c-1d22-4b7a-9c1e-0f4f2a9b8c11"),
    );
    await arrived(terrace, { name: "$SignUp" });
    expect(found.identified).toBe(true);
    expect(errors).toEqual([]);
  });

  test("changes profiles: set, set once, increment, append, unset", async () => {
    const { sensors, errors } = client();
    sensors.profileSet("sn-3", { plan: "gold", gone: "soon" });
    sensors.profileSetOnce("sn-3", { first_city: "杭州" });
    await sleep(50);
    sensors.profileSetOnce("sn-3", { first_city: "上海" });
    sensors.profileIncrement("sn-3", { visits: 2 });
    sensors.profileIncrement("sn-3", { visits: 3 });
    sensors.profileAppend("sn-3", { likes: ["茶", "瓷"] });
    await sleep(50);
    sensors.profileUnset("sn-3", ["gone"]);
    const found = await person(terrace, "user_id", "sn-3", (candidate) => {
      const traits = traitsOf(candidate);
      expect(traits).toMatchObject({ plan: "gold", first_city: "杭州", visits: 5, likes: ["茶", "瓷"] });
      expect(traits).not.toHaveProperty("gone");
    });
    expect(found.identified).toBe(true);
    expect(errors).toEqual([]);
  });

  test("describes items, which belong to nobody", async () => {
    const { sensors, errors } = client();
    sensors.itemSet("sku", "a-1", { name: "茶杯", price: 168 });
    sensors.itemDelete("sku", "a-2");
    expect((await arrivedOne(terrace, "$item_set")).properties).toMatchObject({ item_type: "sku", item_id: "a-1" });
    await arrivedOne(terrace, "$item_delete");
    expect(errors).toEqual([]);
  });

  test("stores in debug mode and only checks in dry run", async () => {
    const debugging = client({ mode: "debug" });
    debugging.sensors.track("sn-4", "DebugStored", {});
    await arrivedOne(terrace, "DebugStored");
    const dry = client({ mode: "dryRun" });
    dry.sensors.track("sn-4", "DryRun", {});
    const after = client();
    after.sensors.track("sn-4", "AfterDryRun", {});
    await arrivedOne(terrace, "AfterDryRun");
    await eventually(async () => expect(await storedEvents(terrace, { name: "DryRun" })).toEqual([]));
    expect([...debugging.errors, ...dry.errors, ...after.errors]).toEqual([]);
  });
});
