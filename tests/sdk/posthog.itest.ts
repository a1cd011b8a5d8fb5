import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { PostHog } from "posthog-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, traitsOf } from "./arrivals.ts";

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

function client(): { readonly posthog: PostHog; readonly errors: unknown[] } {
  const posthog = new PostHog(terrace.writeKey, { host: terrace.url, flushAt: 20, flushInterval: 100, fetchRetryCount: 0 });
  const errors: unknown[] = [];
  posthog.on("error", (error: unknown) => errors.push(error));
  return { posthog, errors };
}

describe("the unchanged PostHog client", () => {
  test("delivers captures, identify with set and set once, alias and groups", async () => {
    const { posthog, errors } = client();
    posthog.capture({ distinctId: "ph-1", event: "Searched", properties: { words: "青瓷", found: 12 } });
    posthog.identify({ distinctId: "ph-1", properties: { $set: { plan: "pro" }, $set_once: { first_source: "weixin" } } });
    posthog.alias({ distinctId: "ph-1", alias: "ph-anon-1" });
    posthog.groupIdentify({ groupType: "store", groupKey: "s-1", properties: { city: "杭州" } });
    await posthog.shutdown();
    expect(errors).toEqual([]);

    expect(await arrivedOne(terrace, "Searched")).toMatchObject({ source: "posthog", properties: { words: "青瓷", found: 12 } });
    for (const name of ["$identify", "$alias", "$group"]) await arrived(terrace, { name });
    const found = await person(terrace, "user_id", "ph-1", (candidate) =>
      expect(traitsOf(candidate)).toMatchObject({ plan: "pro", first_source: "weixin" }),
    );
    expect(identitiesOf(found)).toContain("anonymous_id:ph-anon-1");
  });

  test("keeps the first of set once and the last of set", async () => {
    const { posthog, errors } = client();
    posthog.identify({ distinctId: "ph-2", properties: { $set: { plan: "free" }, $set_once: { first_source: "baidu" } } });
    await posthog.flush();
    posthog.identify({ distinctId: "ph-2", properties: { $set: { plan: "team" }, $set_once: { first_source: "douyin" } } });
    await posthog.shutdown();
    expect(errors).toEqual([]);
    const found = await person(terrace, "user_id", "ph-2", (candidate) => expect(traitsOf(candidate)).toMatchObject({ plan: "team" }));
    expect(traitsOf(found)).toMatchObject({ first_source: "baidu" });
  });

  test("may repeat a uuid: it counts once", async () => {
    const { posthog, errors } = client();
    const uuid = "0190d8a0-0000-7000-8000-000000000001";
    for (let time = 0; time < 2; time += 1) {
      posthog.capture({ distinctId: "ph-3", event: "Once", uuid });
      await posthog.flush();
    }
    posthog.capture({ distinctId: "ph-3", event: "After Once" });
    await posthog.shutdown();
    expect(errors).toEqual([]);
    await arrivedOne(terrace, "After Once");
    await arrived(terrace, { name: "Once" });
  });
});
