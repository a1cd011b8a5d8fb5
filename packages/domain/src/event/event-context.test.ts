import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactText } from "../personal/redact-text.ts";
import { channelOf, clickIdClass } from "./channel.ts";
import { describeContext, isServerLibrary, networkOf, subscriberOf, type ContextFacts } from "./event-context.ts";
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

test("limits count an IPv4 address, and of IPv6 the network of a subscriber", () => {
  expect(
    ["203.0.113.77", "::ffff:203.0.113.77", "2001:db8:1:2:aa::7", "2001:DB8:1:2::9", "2001:db8:1:3::9", "nonsense"].map(subscriberOf),
  ).toEqual(["203.0.113.77", "203.0.113.77", "2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64", "nonsense"]);
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

describe("remembered contexts", () => {
  /** Each call with its own list of what was hidden in it. */
  const describeWatched = (facts: ContextFacts) => {
    const hidden: string[] = [];
    const context = describeContext(facts, {
      parseUserAgent: (userAgent) => ({ deviceType: "Mobile", browser: userAgent.slice(0, 20), os: "iOS" }),
      redact: (text) =>
        redactText(text, (personalClass, value) => {
          hidden.push(value);
          return `~${personalClass}`;
        }),
    });
    return { context, hidden };
  };
  /** The same facts with something that no context tells, too long to be remembered. */
  const notRemembered = (facts: ContextFacts): ContextFacts => ({ ...facts, campaign: { ...facts.campaign, padding: "x".repeat(5_000) } });

  const TEXT_FACTS = [
    "pageUrl",
    "pagePath",
    "pageTitle",
    "referrer",
    "referrerHost",
    "userAgent",
    "browser",
    "os",
    "appVersion",
    "locale",
    "library",
  ] as const;
  const clean = fc.constantFrom(
    "",
    "https://shop.example/a?utm_source=baidu&utm_medium=cpc",
    "https://www.baidu.com/s?wd=x",
    "/cart",
    "春季",
    "3.1.0",
  );
  const personal = fc.constantFrom(
    "https://shop.example/u/13812342046?utm_source=13812342046",
    "ana@mail.example",
    "https://shop.example/?email=ana%40mail.example",
    "13812342046",
  );
  const factsOf = (value: fc.Arbitrary<string>): fc.Arbitrary<ContextFacts> =>
    fc.record(
      {
        ...Object.fromEntries(TEXT_FACTS.map((fact) => [fact, value])),
        search: fc.constantFrom("?utm_campaign=618", "?gclid=1", ""),
        trafficSource: fc.constantFrom("社交网站流量", "直接流量"),
        ip: fc.constantFrom("203.0.113.77", "203.0.113.78", "2001:db8::1", "nonsense"),
        campaign: fc.record({ source: value, name: value }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );

  test("say the same as ones made anew", () => {
    fc.assert(
      fc.property(factsOf(fc.oneof(clean, personal)), (facts) => {
        const first = describeWatched(facts);
        expect(describeWatched(facts)).toEqual(first);
        expect(describeWatched(notRemembered(facts))).toEqual(first);
      }),
      { numRuns: 1_000 },
    );
  });

  test("are one object for equal facts without personal data, whichever device of the network they came from", () => {
    fc.assert(
      fc.property(factsOf(clean), (facts) => {
        const { context } = describeWatched({ ...facts, ip: "203.0.113.77" });
        expect(describeWatched({ ...facts, ip: "203.0.113.78" }).context).toBe(context);
        expect(describeWatched({ ...facts, ip: "203.0.114.77" }).context).not.toBe(context);
        expect(describeWatched(notRemembered(facts)).context).not.toBe(context);
      }),
    );
  });

  test.each([...TEXT_FACTS.filter((fact) => fact !== "referrer"), "source", "name"])("are not kept when %s holds personal data", (fact) => {
    const value = fact === "userAgent" ? "138 1234 2046 / Safari" : "https://shop.example/u/13812342046";
    const facts: ContextFacts = fact === "source" || fact === "name" ? { campaign: { [fact]: value } } : { [fact]: value };
    const [first, second] = [describeWatched(facts), describeWatched(facts)];
    expect(first.hidden).toContain("13812342046");
    expect(second).toEqual(first);
    expect(second.context).not.toBe(first.context);
    expect(JSON.stringify(second.context)).not.toContain("2046");
  });
});
