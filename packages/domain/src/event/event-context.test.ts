import { describe, expect, test } from "vitest";
import { channelOf, clickIdClass } from "./channel.ts";
import { describeContext, isServerLibrary, networkOf, type ContextFacts } from "./event-context.ts";
import { withoutCredentials } from "./page-url.ts";

const NOTHING = { utmSource: "", utmMedium: "", utmCampaign: "", click: "", referrerHost: "", pageHost: "shop.example" } as const;
const describeFacts = (facts: ContextFacts) =>
  describeContext(facts, {
    parseUserAgent: () => ({ deviceType: "Desktop", browser: "Chrome", os: "Windows" }),
    redact: (text) => text.replace("13812342046", "~"),
  });

describe("channel", () => {
  test.each([
    [{}, "direct"],
    [{ pageHost: "" }, ""],
    [{ referrerHost: "www.baidu.com" }, "organic_search"],
    [{ referrerHost: "www.google.com.hk" }, "organic_search"],
    [{ referrerHost: "so.toutiao.com" }, "organic_search"],
    [{ referrerHost: "tieba.baidu.com" }, "social"],
    [{ referrerHost: "mp.weixin.qq.com" }, "social"],
    [{ referrerHost: "www.xiaohongshu.com" }, "social"],
    [{ referrerHost: "www.zhihu.com" }, "social"],
    [{ referrerHost: "v.douyin.com" }, "social"],
    [{ referrerHost: "weibo.com" }, "social"],
    [{ referrerHost: "mail.qq.com" }, "email"],
    [{ referrerHost: "partner.example" }, "referral"],
    [{ referrerHost: "www.shop.example" }, ""],
    [{ referrerHost: "notbaidu.com" }, "referral"],
    [{ utmSource: "baidu", utmMedium: "cpc" }, "paid_search"],
    [{ utmSource: "douyin", utmMedium: "信息流" }, "paid_social"],
    [{ utmMedium: "paid" }, "paid_other"],
    [{ utmMedium: "banner" }, "display"],
    [{ utmSource: "weixin" }, "social"],
    [{ utmSource: "X", utmMedium: "Email" }, "email"],
    [{ utmMedium: "sms" }, "sms"],
    [{ utmSource: "partner", utmCampaign: "618" }, "campaign"],
    [{ utmMedium: "affiliate" }, "affiliate"],
    [{ click: "search", referrerHost: "www.baidu.com" }, "paid_search"],
    [{ utmSource: "flyer", referrerHost: "www.baidu.com" }, "organic_search"],
  ] as const)("%o comes by %s", (arrival, channel) => expect(channelOf({ ...NOTHING, ...arrival })).toBe(channel));

  test("advertisers' click ids say that a visit was paid for", () => {
    expect(["https://x/?bd_vid=1", "https://x/?a=1&gclid=2", "https://x/?gdt_vid=1", "https://x/?id=1"].map(clickIdClass)).toEqual([
      "search",
      "search",
      "social",
      "",
    ]);
  });
});

test("campaign parameters come from the context, else from the address of the page", () => {
  expect(
    describeFacts({
      pageUrl: "https://shop.example/a/b?utm_source=baidu&utm_medium=cpc&utm_campaign=%E6%98%A5%E5%AD%A3+sale&utm_term=x&utm_content=y#z",
    }),
  ).toMatchObject({
    channel: "paid_search",
    utmSource: "baidu",
    utmCampaign: "春季 sale",
    utmTerm: "x",
    utmContent: "y",
    pagePath: "/a/b",
  });
  expect(describeFacts({ campaign: { source: "weibo", name: "n" }, pageUrl: "https://shop.example/?utm_source=baidu" })).toMatchObject({
    channel: "social",
    utmSource: "weibo",
    utmCampaign: "n",
  });
});

test("addresses keep neither personal data nor keys", () => {
  expect(describeFacts({ pageUrl: "https://ana:pw@shop.example/u/13812342046?access_token=abc&x=1&code=9#a" }).pageUrl).toBe(
    "https://shop.example/u/~?access_token=…&x=1&code=…#a",
  );
  expect(withoutCredentials("pages/index/index?a=1")).toBe("pages/index/index?a=1");
});

test("the sender's word on the device wins over its user agent", () => {
  expect(describeFacts({ userAgent: "x", os: "HarmonyOS" })).toMatchObject({ deviceType: "desktop", browser: "Chrome", os: "HarmonyOS" });
});

test("of a network address only the network is kept", () => {
  expect(
    [
      "203.0.113.77",
      "::ffff:203.0.113.77",
      "2001:db8:1:2::7",
      "2001:DB8::1",
      "::1",
      "fe80::1%eth0",
      "999.1.1.1",
      "nonsense",
      "1:2:3",
      "",
    ].map(networkOf),
  ).toEqual(["203.0.113.0/24", "203.0.113.0/24", "2001:db8:1::/48", "2001:db8:0::/48", "0:0:0::/48", "fe80:0:0::/48", "", "", "", ""]);
});

test("libraries on servers are told from those on devices", () => {
  expect(
    ["@segment/analytics-node 3.1.0", "analytics-node 3", "posthog-node 5", "Node 1.2.6", "Java 3", "python"].every(isServerLibrary),
  ).toBe(true);
  expect(
    ["analytics.js 4", "web 1.2", "js 1.27.11", "MiniProgram 1.22.7", "Android 6", "@segment/analytics-next", "JavaScript"].some(
      isServerLibrary,
    ),
  ).toBe(false);
});
