import { loadCapture } from "@terrace/testkit/captures";
import { decodeContextFixture } from "@terrace/testkit/decode-context";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import type { DecodeContext } from "./decode-context.ts";
import { decodeItem } from "./decode-item.ts";
import type { FeedEvent } from "./feed-event.ts";

const COOKIE = "18e84929a117c0-0147a34acc60ec-1c525637-1296000-18e84929a1276c";

function accepted(item: unknown, context: Partial<DecodeContext> = {}): FeedEvent {
  const outcome = decodeItem("sensors", item, decodeContextFixture(context));
  if (!("accepted" in outcome)) throw new Error(JSON.stringify(outcome));
  return outcome.accepted;
}

const idsOf = (item: JsonObject) =>
  accepted({ type: "track", event: "A", time: 1_795_310_636_296, ...item }).ids.map(({ kind, value }) => `${kind}:${value}`);

describe("what sa-sdk-node sends", () => {
  const events = new Map(loadCapture("sensorsdata-node-track").map(({ label, dataList }) => [label, accepted(dataList[0])]));
  const event = (label: string) => events.get(label);

  test("track and sign-up", () => {
    expect(event("track")).toMatchObject({
      name: "ViewProduct",
      source: "sensors",
      timeMs: 1_704_164_645_678,
      ids: [{ kind: "user_id", value: "u-1" }],
      properties: { product_id: "p1", price: 12.5, tags: ["a", "b"], at: "2024-01-02 03:04:05.678", ok: true },
      context: { library: "Node 1.2.6", ipPrefix: "" },
    });
    expect(event("trackSignup")).toMatchObject({
      name: "$SignUp",
      link: "asserted",
      ids: [
        { kind: "user_id", value: "registered-1" },
        { kind: "anonymous_id", value: "anon-1" },
      ],
      properties: { source: "web" },
    });
  });

  test("profile operations change traits", () => {
    const traits = (label: string) => event(label)?.traits;
    expect(traits("profileSet")).toEqual([
      { op: "set", key: "app_name", value: "demo" },
      { op: "set", key: "level", value: 3 },
      { op: "set", key: "$name", value: expect.stringMatching(/^~name\./) as string },
    ]);
    expect(traits("profileSetOnce")).toContainEqual({ op: "set_once", key: "first_seen", value: "2024-01-01" });
    expect(traits("profileIncrement")).toEqual([{ op: "increment", key: "points", value: 10 }]);
    expect(traits("profileAppend")).toEqual([{ op: "append", key: "likes", value: ["x", "y"] }]);
    expect(traits("profileUnset")).toEqual([{ op: "unset", key: "level" }]);
    expect(event("profileSet")).toMatchObject({ name: "$set", properties: { $operation: "set", $traits: ["app_name", "level", "$name"] } });
    expect(accepted({ type: "profile_delete", distinct_id: "u", time: 1_795_310_636_296 }).traits).toEqual([{ op: "clear" }]);
  });

  test("items belong to nobody", () => {
    expect(event("itemSet")).toMatchObject({ name: "$item_set", ids: [], properties: { item_type: "book", item_id: "b-1", name: "n" } });
    expect(event("itemDelete")).toMatchObject({ name: "$item_delete", ids: [] });
  });
});

test("a repeated send is the same event although its flush time differs; anything else that differs makes another", () => {
  const item = {
    type: "track",
    event: "A",
    distinct_id: "d",
    time: 1_795_310_636_296,
    _track_id: 123,
    _flush_time: 1_795_310_636_300,
    properties: {},
  };
  const id = (change: JsonObject) => accepted({ ...item, ...change }).messageId;
  expect(id({ _flush_time: 1_795_310_699_999 })).toBe(id({}));
  expect(
    new Set([id({}), id({ _track_id: 124 }), id({ time: 1_795_310_636_297 }), id({ event: "B" }), id({ distinct_id: "e" })]).size,
  ).toBe(5);
  const profile = { type: "profile_set", distinct_id: "d", time: 1_795_310_636_296, properties: { a: 1 } };
  expect(accepted({ ...profile, _flush_time: 1 }).messageId).toBe(accepted({ ...profile, _flush_time: 2 }).messageId);
  expect(accepted(profile).messageId).not.toBe(accepted({ ...profile, properties: { a: 2 } }).messageId);
});

describe("ids", () => {
  test("the browser before and after login", () => {
    expect(
      idsOf({ distinct_id: COOKIE, anonymous_id: COOKIE, identities: { $identity_cookie_id: COOKIE, $identity_anonymous_id: COOKIE } }),
    ).toEqual([`anonymous_id:${COOKIE}`]);
    expect(
      idsOf({
        distinct_id: "u-1",
        login_id: "u-1",
        anonymous_id: COOKIE,
        identities: { $identity_cookie_id: COOKIE, $identity_login_id: "u-1" },
      }),
    ).toEqual(["user_id:u-1", `anonymous_id:${COOKIE}`]);
  });
  test("each identity is of the kind its name tells", () => {
    expect(
      idsOf({
        identities: {
          $identity_login_id: "u",
          $identity_mobile: "+86 13812342046",
          $identity_email: "A@x.test",
          $identity_mp_unionid: "un",
          $identity_mp_wx123_openid: "op1",
          $identity_mp_openid: "op2",
          $identity_mp_id: "mp",
          $identity_android_id: "and",
          member_no: "M1",
        },
      }),
    ).toEqual([
      "user_id:u",
      "member_no:M1",
      "unionid:un",
      "phone:13812342046",
      "email:a@x.test",
      "openid:op1",
      "openid:op2",
      "anonymous_id:mp",
      "anonymous_id:and",
    ]);
  });
  test("a login under a business key is the value behind the plus", () => {
    expect(
      idsOf({
        distinct_id: "$identity_account+77",
        login_id: "$identity_account+77",
        anonymous_id: "a",
        identities: { $identity_account: "77", $identity_cookie_id: "a" },
      }),
    ).toEqual(["user_id:77", "anonymous_id:a"]);
    expect(idsOf({ distinct_id: "ana+x@example.com", login_id: "ana+x@example.com" })).toEqual(["user_id:ana+x@example.com"]);
  });
  test("an unknown business id joins without forbidding a join", () =>
    expect(idsOf({ distinct_id: "u", login_id: "u", identities: { $identity_login_id: "u", $identity_crm: "9" } })).toEqual([
      "user_id:u",
      "anonymous_id:$identity_crm+9",
    ]));
  test("old server SDKs: the flag decides, else the shape", () => {
    expect(
      [
        idsOf({ distinct_id: "x", properties: { $is_login_id: true } }),
        idsOf({ distinct_id: "x", properties: { $is_login_id: false } }),
        idsOf({ distinct_id: "x" }),
        idsOf({ distinct_id: COOKIE }),
        idsOf({ distinct_id: "550e8400-e29b-41d4-a716-446655440000" }),
      ].flat(),
    ).toEqual(["user_id:x", "anonymous_id:x", "user_id:x", `anonymous_id:${COOKIE}`, "anonymous_id:550e8400-e29b-41d4-a716-446655440000"]);
  });
  test("binding asserts, unbinding names what is taken away last", () => {
    expect(
      accepted({
        type: "track_id_bind",
        event: "$BindID",
        distinct_id: "u",
        login_id: "u",
        identities: { $identity_login_id: "u", $identity_mobile: "13812342046" },
        time: 1_795_310_636_296,
      }),
    ).toMatchObject({
      name: "$BindID",
      link: "asserted",
      ids: [
        { kind: "user_id", value: "u" },
        { kind: "phone", value: "13812342046" },
      ],
    });
    expect(
      accepted({
        type: "track_id_unbind",
        event: "$UnbindID",
        distinct_id: "u",
        identities: { $identity_mobile: "13812342046" },
        time: 1_795_310_636_296,
      }),
    ).toMatchObject({
      link: "unbound",
      ids: [
        { kind: "user_id", value: "u" },
        { kind: "phone", value: "13812342046" },
      ],
    });
  });
});

test("preset properties tell page, campaign and device", () => {
  expect(
    accepted(
      {
        type: "track",
        event: "$pageview",
        distinct_id: COOKIE,
        time: 1_795_310_636_296,
        lib: { $lib: "js", $lib_version: "1.27.11" },
        properties: {
          $url: "https://shop.example/a?x=1",
          $title: "T",
          $latest_referrer: "https://www.baidu.com/s",
          $latest_referrer_host: "www.baidu.com",
          $latest_traffic_source_type: "自然搜索流量",
          $app_version: "3",
          $is_login_id: false,
        },
      },
      { userAgent: "UA" },
    ),
  ).toMatchObject({
    context: {
      channel: "organic_search",
      referrerHost: "www.baidu.com",
      pagePath: "/a",
      pageTitle: "T",
      appVersion: "3",
      browser: "browser of UA",
      ipPrefix: "203.0.113.0/24",
      library: "js 1.27.11",
    },
  });
});

test("an SDK's failure to read a referrer is no host", () => {
  expect(
    accepted({
      type: "track",
      event: "A",
      distinct_id: "u",
      time: 1_795_310_636_296,
      properties: { $latest_referrer_host: "取值异常", $url: "https://s.example/" },
    }).context,
  ).toMatchObject({ referrerHost: "", channel: "direct" });
});

test.each([
  [{ type: "x", distinct_id: "u" }, "event.type_unknown"],
  [{ type: "track", distinct_id: "u" }, "event.name_missing"],
  [{ type: "track", event: "A" }, "event.id_missing"],
  [{ type: "track", event: "A", distinct_id: "u", time: "soon" }, "event.time_invalid"],
  [{ type: "profile_increment", distinct_id: "u", properties: { a: "x" } }, "event.traits_invalid"],
  [{ type: "item_set", item_id: "1" }, "event.id_missing"],
  [{ type: "track_signup", distinct_id: "u", event: "$SignUp" }, "event.id_missing"],
  [{ type: "track", event: "A", distinct_id: "u", properties: "x" }, "event.properties_invalid"],
])("%j is refused", (item, code) => {
  const outcome = decodeItem("sensors", item, decodeContextFixture());
  expect("rejected" in outcome ? outcome.rejected.code : "").toBe(code);
});

test("a track without a name is not listed as an event named track", () => {
  const outcome = decodeItem("sensors", { type: "track", distinct_id: "u" }, decodeContextFixture());
  expect("rejected" in outcome ? outcome.rejected : undefined).toMatchObject({ code: "event.name_missing", name: "" });
});
