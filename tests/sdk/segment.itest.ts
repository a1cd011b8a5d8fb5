import { Analytics } from "@segment/analytics-node";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, traitsOf } from "./arrivals.ts";

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

function client(overrides: Partial<ConstructorParameters<typeof Analytics>[0]> = {}): {
  readonly analytics: Analytics;
  readonly errors: unknown[];
} {
  const analytics = new Analytics({
    writeKey: terrace.writeKey,
    host: terrace.url,
    path: "/v1/batch",
    flushAt: 20,
    flushInterval: 100,
    ...overrides,
  });
  const errors: unknown[] = [];
  analytics.on("error", (error) => errors.push(error));
  return { analytics, errors };
}

describe("the unchanged Segment client", () => {
  test("delivers every kind of call without an error", async () => {
    const { analytics, errors } = client();
    analytics.identify({
      userId: "seg-1",
      anonymousId: "seg-anon-1",
      traits: { name: "林晓", email: "lin@example.test", plan: "gold", orders: 3 },
    });
    analytics.track({
      userId: "seg-1",
      event: "Order Completed",
      properties: { total: 336.5, currency: "CNY", products: [{ sku: "A", quantity: 2 }] },
    });
    analytics.page({
      userId: "seg-1",
      name: "Pricing",
      properties: { url: "https://shop.example.test/pricing?utm_source=weixin&utm_medium=social", title: "Pricing" },
    });
    analytics.screen({ anonymousId: "seg-anon-1", name: "Cart" });
    analytics.group({ userId: "seg-1", groupId: "store-7", traits: { city: "杭州" } });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);

    const order = await arrivedOne(terrace, "Order Completed");
    expect(order).toMatchObject({ source: "segment", properties: { total: 336.5, currency: "CNY" } });
    await arrived(terrace, { name: "$identify" });
    await arrived(terrace, { name: "$screen" });
    await arrived(terrace, { name: "$group" });
    const view = await arrivedOne(terrace, "$pageview");
    expect(view.context).toMatchObject({ utm_source: "weixin", utm_medium: "social", page_path: "/pricing" });

    const found = await person(terrace, "user_id", "seg-1", (candidate) =>
      expect(traitsOf(candidate)).toMatchObject({ plan: "gold", orders: 3 }),
    );
    expect(identitiesOf(found)).toEqual(expect.arrayContaining(["user_id:seg-1", "anonymous_id:seg-anon-1"]));
    expect(found.id).toBe(order.personId);
    expect(found.traits.find(({ key }) => key === "email")).toMatchObject({ personal: true });
  });

  test("joins an anonymous past by alias", async () => {
    const { analytics, errors } = client();
    analytics.track({ anonymousId: "seg-anon-2", event: "Looked Around" });
    analytics.alias({ userId: "seg-2", previousId: "seg-anon-2" });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const found = await person(terrace, "user_id", "seg-2", (candidate) =>
      expect(identitiesOf(candidate)).toContain("anonymous_id:seg-anon-2"),
    );
    await eventually(async () => expect((await arrivedOne(terrace, "Looked Around")).personId).toBe(found.id));
  });

  test("may repeat a message: it counts once", async () => {
    const { analytics, errors } = client();
    for (let time = 0; time < 3; time += 1) {
      analytics.track({ userId: "seg-3", event: "Paid Once", messageId: "seg-fixed-id", properties: { amount: 9 } });
      await analytics.flush();
    }
    analytics.track({ userId: "seg-3", event: "After Repeats" });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    await arrivedOne(terrace, "After Repeats");
    const [once] = await arrived(terrace, { name: "Paid Once" });
    expect(once?.messageId).toBe("seg-fixed-id");
  });

  test("sends many at once", async () => {
    const { analytics, errors } = client({ flushAt: 50 });
    for (let index = 0; index < 150; index += 1)
      analytics.track({ userId: `seg-many-${index % 10}`, event: "Many", properties: { index } });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
    const events = await arrived(terrace, { name: "Many" }, 150);
    expect(new Set(events.map(({ properties }) => properties["index"])).size).toBe(150);
  });

  test("learns that its key is unknown", async () => {
    const { analytics, errors } = client({ writeKey: "no-such-key", maxRetries: 0 });
    analytics.track({ userId: "seg-4", event: "Refused" });
    await analytics.closeAndFlush({ timeout: 5000 });
    await eventually(async () => expect(errors).toHaveLength(1));
    expect(JSON.stringify(errors[0], Object.getOwnPropertyNames(errors[0]))).toMatch(/delivery_failure|401/);
  });
});
