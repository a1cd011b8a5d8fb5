import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrived, arrivedOne, identitiesOf, person, traitsOf } from "./arrivals.ts";

let terrace: TestTerrace;
beforeAll(async () => {
  terrace = await startTerrace();
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

test("the unchanged RudderStack client delivers through the Segment path", async () => {
  const rudder = new RudderAnalytics(terrace.writeKey, { dataPlaneUrl: terrace.url, path: "/v1/batch", flushInterval: 100, flushAt: 10 });
  rudder.identify({ userId: "rud-1", traits: { plan: "silver" }, context: { externalId: [] } });
  rudder.track({ userId: "rud-1", anonymousId: "rud-anon-1", event: "Coupon Used", properties: { coupon: "SPRING", off: 20 } });
  rudder.page({ userId: "rud-1", name: "Home", properties: { url: "https://shop.example.test/" } });
  rudder.screen({ userId: "rud-1", name: "Cart" });
  rudder.group({ userId: "rud-1", groupId: "store-9" });
  rudder.alias({ previousId: "rud-anon-0", userId: "rud-1" });
  await rudder.flush();

  expect(await arrivedOne(terrace, "Coupon Used")).toMatchObject({ source: "segment", properties: { coupon: "SPRING", off: 20 } });
  for (const name of ["$identify", "$pageview", "$screen", "$group", "$alias"]) await arrived(terrace, { name });
  const found = await person(terrace, "user_id", "rud-1", (candidate) => expect(traitsOf(candidate)).toMatchObject({ plan: "silver" }));
  expect(identitiesOf(found)).toEqual(expect.arrayContaining(["user_id:rud-1", "anonymous_id:rud-anon-1", "anonymous_id:rud-anon-0"]));
});
