import { loadCapture } from "@terrace/testkit/captures";
import { decodeContextFixture, RECEIVED_AT_MS } from "@terrace/testkit/decode-context";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { DecodeContext } from "./decode-context.ts";
import { decodeItem } from "./decode-item.ts";
import type { FeedEvent } from "./feed-event.ts";

function accepted(item: unknown, context: Partial<DecodeContext> = {}): FeedEvent {
  const outcome = decodeItem("posthog", item, decodeContextFixture(context));
  if (!("accepted" in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.accepted;
}

describe("what posthog-node sends", () => {
  const events = loadCapture("posthog-node")
    .filter(({ path }) => path === "/batch/")
    .flatMap(({ json }) => {
      const { batch, sent_at: sentAt } = json as { batch: JsonObject[]; sent_at: string };
      return batch.map((item) => accepted(item, { sentAt, receivedAtMs: Date.parse(sentAt) }));
    });
  const event = (name: string) => events.find((one) => one.name === name);

  test("every capture becomes an event", () => {
    expect(events.map(({ name }) => name)).toEqual([
      "Order Completed",
      "$identify",
      "$alias",
      "$group",
      "$feature_flag_called",
      "Imm",
      "$exception",
      "$feature_flag_called",
    ]);
  });

  test("capture sets traits besides keeping its properties", () => {
    expect(event("Order Completed")).toMatchObject({
      messageId: "01a200db-6aa6-7ba1-8913-24928f8ff459",
      timeMs: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
      ids: [{ kind: "user_id", value: "u-1" }],
      link: "observed",
      traits: [
        { op: "set_once", key: "first", value: "x" },
        { op: "set", key: "plan", value: "pro" },
      ],
      context: { library: "posthog-node 5.70.0", ipPrefix: "" },
      properties: { revenue: 12.5, $groups: { company: "acme" }, $traits: ["first", "plan"] },
    });
    expect(event("Order Completed")?.properties).not.toHaveProperty("$set");
  });

  test("identify, alias and groups", () => {
    expect(event("$identify")).toMatchObject({
      ids: [
        { kind: "user_id", value: "u-1" },
        { kind: "email", value: "a@x.test" },
      ],
      traits: [
        { op: "set_once", key: "signup", value: "2024" },
        { op: "set", key: "email" },
        { op: "set", key: "$email_domain", value: "x.test" },
      ],
    });
    expect(event("$alias")).toMatchObject({
      ids: [
        { kind: "user_id", value: "u-1" },
        { kind: "anonymous_id", value: "anon-1" },
      ],
      link: "asserted",
    });
    expect(event("$group")).toMatchObject({ ids: [], properties: { group_type: "company", group_id: "acme", name: "Acme" }, traits: [] });
  });

  test("an exception with its stack is within the limits", () => expect(event("$exception")?.properties["$sanitised"]).toBeUndefined());
});

describe("who a distinct id is", () => {
  const kind = (properties: JsonObject, distinct = "d") =>
    accepted({ event: "A", distinct_id: distinct, properties, uuid: "m" })
      .ids.map((id) => id.kind)
      .join();
  test("a server names users", () => expect(kind({ $lib: "posthog-node" })).toBe("user_id"));
  test("a personless event, and a browser before identify, name visitors", () => {
    expect([
      kind({ $process_person_profile: false }),
      kind({ $device_id: "d", $lib: "web" }),
      kind({ $is_identified: false, $device_id: "x" }),
      kind({ $device_id: "x", $lib: "web" }),
    ]).toEqual(Array.from({ length: 4 }, () => "anonymous_id"));
  });
  test("a browser after identify names users", () =>
    expect([kind({ $device_id: "x", $lib: "web", $user_id: "d" }), kind({ $device_id: "x", $is_identified: true })]).toEqual([
      "user_id",
      "user_id",
    ]));
  test("identify joins the visitor to the user", () => {
    expect(
      accepted({ event: "$identify", distinct_id: "u", properties: { $anon_distinct_id: "a" }, $set: { plan: "pro" }, uuid: "m" }),
    ).toMatchObject({
      ids: [
        { kind: "user_id", value: "u" },
        { kind: "anonymous_id", value: "a" },
      ],
      traits: [{ op: "set", key: "plan", value: "pro" }],
    });
  });
});

test("a browser's offset tells the time, its user agent and address the device", () => {
  expect(
    accepted({
      event: "$pageview",
      distinct_id: "a",
      offset: 2_000,
      uuid: "m",
      properties: {
        $current_url: "https://shop.example/?utm_source=weibo",
        $referrer: "$direct",
        $referring_domain: "$direct",
        $raw_user_agent: "UA",
        $lib: "web",
        $ip: "198.51.100.9",
        $device_type: "Mobile",
        $browser: "Safari",
        token: "phc",
      },
    }),
  ).toMatchObject({
    timeMs: RECEIVED_AT_MS - 2_000,
    context: {
      channel: "social",
      utmSource: "weibo",
      ipPrefix: "198.51.100.0/24",
      deviceType: "mobile",
      browser: "Safari",
      os: "iOS",
      referrerHost: "",
    },
    properties: { $current_url: "https://shop.example/?utm_source=weibo" },
  });
});

test("unset takes traits away", () =>
  expect(accepted({ event: "$unset", distinct_id: "u", properties: { $unset: ["a", "phone"] }, uuid: "m" }).traits).toEqual([
    { op: "unset", key: "a" },
    { op: "unset", key: "phone" },
    { op: "unset", key: "$has_phone" },
  ]));

test.each([
  [{ distinct_id: "u" }, "event.name_missing"],
  [{ event: "A" }, "event.id_missing"],
  [{ event: "A", distinct_id: "anonymous" }, "event.id_invalid"],
  [{ event: "A", distinct_id: "u", properties: 1 }, "event.properties_invalid"],
  [{ event: "$create_alias", distinct_id: "u", properties: {} }, "event.id_missing"],
])("%j is refused", (item, code) => {
  const outcome = decodeItem("posthog", item, decodeContextFixture());
  expect("rejected" in outcome ? outcome.rejected.code : "").toBe(code);
});
