/** How someone came: the value of the `channel` column. Empty = unknown or from inside the same site. */
export type Channel =
  | "paid_search"
  | "paid_social"
  | "paid_other"
  | "display"
  | "organic_search"
  | "social"
  | "email"
  | "sms"
  | "push"
  | "affiliate"
  | "referral"
  | "campaign"
  | "direct"
  | "";

export type Arrival = {
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  /** Class of an ad click id in the page URL (`gclid`, `bd_vid`, `gdt_vid` …), see `clickIdClass`. */
  readonly click: "search" | "social" | "";
  readonly referrerHost: string;
  readonly pageHost: string;
};

type SourceKind = "search" | "social" | "email" | "sms";

/** Hosts and everything below them; the narrowest name counts. */
const HOSTS = new Map<string, SourceKind>([
  ["tieba.baidu.com", "social"],
  ["baijiahao.baidu.com", "social"],
  ["mail.baidu.com", "email"],
  ["baidu.com", "search"],
  ["sogou.com", "search"],
  ["so.com", "search"],
  ["360.cn", "search"],
  ["haosou.com", "search"],
  ["sm.cn", "search"],
  ["quark.cn", "search"],
  ["so.toutiao.com", "search"],
  ["mail.google.com", "email"],
  ["plus.google.com", "social"],
  ["bing.com", "search"],
  ["duckduckgo.com", "search"],
  ["ecosia.org", "search"],
  ["naver.com", "search"],
  ["petalsearch.com", "search"],
  ["mail.yahoo.com", "email"],
  ["mail.qq.com", "email"],
  ["exmail.qq.com", "email"],
  ["mail.163.com", "email"],
  ["mail.126.com", "email"],
  ["mail.sina.com.cn", "email"],
  ["mail.aliyun.com", "email"],
  ["outlook.live.com", "email"],
  ["outlook.office.com", "email"],
  ["mail.proton.me", "email"],
  ["weixin.qq.com", "social"],
  ["wx.qq.com", "social"],
  ["servicewechat.com", "social"],
  ["qzone.qq.com", "social"],
  ["weibo.com", "social"],
  ["weibo.cn", "social"],
  ["t.cn", "social"],
  ["xiaohongshu.com", "social"],
  ["xhslink.com", "social"],
  ["douyin.com", "social"],
  ["iesdouyin.com", "social"],
  ["zhihu.com", "social"],
  ["bilibili.com", "social"],
  ["b23.tv", "social"],
  ["kuaishou.com", "social"],
  ["douban.com", "social"],
  ["toutiao.com", "social"],
  ["facebook.com", "social"],
  ["fb.me", "social"],
  ["instagram.com", "social"],
  ["twitter.com", "social"],
  ["x.com", "social"],
  ["t.co", "social"],
  ["linkedin.com", "social"],
  ["lnkd.in", "social"],
  ["reddit.com", "social"],
  ["youtube.com", "social"],
  ["youtu.be", "social"],
  ["pinterest.com", "social"],
  ["tiktok.com", "social"],
  ["t.me", "social"],
  ["whatsapp.com", "social"],
  ["quora.com", "social"],
]);
/** Search engines with one host per country. */
const COUNTRY_SEARCH = /(?:^|\.)(?:google|yandex|yahoo)\.(?:com?\.)?[a-z]{2,3}$/;
const SOURCES = new Map<string, SourceKind>([
  ...[
    "baidu",
    "google",
    "bing",
    "sogou",
    "360",
    "so",
    "haosou",
    "sm",
    "shenma",
    "quark",
    "yahoo",
    "yandex",
    "duckduckgo",
    "toutiao_search",
    "百度",
    "搜狗",
  ].map((name) => [name, "search"] as const),
  ...[
    "weixin",
    "wechat",
    "wx",
    "moments",
    "weibo",
    "xiaohongshu",
    "xhs",
    "red",
    "douyin",
    "tiktok",
    "zhihu",
    "bilibili",
    "kuaishou",
    "qzone",
    "qq",
    "douban",
    "toutiao",
    "tieba",
    "facebook",
    "fb",
    "ig",
    "instagram",
    "twitter",
    "x",
    "linkedin",
    "reddit",
    "youtube",
    "pinterest",
    "微信",
    "微博",
    "小红书",
    "抖音",
    "知乎",
    "快手",
  ].map((name) => [name, "social"] as const),
  ...["email", "e-mail", "edm", "newsletter", "mail", "邮件"].map((name) => [name, "email"] as const),
  ...["sms", "短信"].map((name) => [name, "sms"] as const),
]);
const MEDIUMS: readonly (readonly [RegExp, Channel])[] = [
  [/^(?:e-?mail|edm|newsletter|邮件)$/, "email"],
  [/^(?:sms|短信)$/, "sms"],
  [/^(?:push|app_?push|notification|推送)$/, "push"],
  [/^(?:display|banner|gdn|interstitial|expandable|splash|开屏)$/, "display"],
  [/^(?:affiliate|affiliates|cps|partner|分销)$/, "affiliate"],
  [/^(?:organic|seo|自然搜索)$/, "organic_search"],
  [/^(?:social|social[-_ ]?(?:network|media)|sns|kol|koc|社交)$/, "social"],
  [/^(?:referral|link)$/, "referral"],
];
const PAID = /^(?:paid.*|.*[-_]?cp[acmv]|ppc|sem|retargeting|feeds?|信息流|付费.*)$/;
const CLICK_IDS: readonly (readonly [RegExp, "search" | "social"])[] = [
  [/[?&](?:gclid|gbraid|wbraid|msclkid|bd_vid|qhclickid|sg_vid|uctrackid|yclid)=/, "search"],
  [/[?&](?:gdt_vid|ttclid|twclid|li_fat_id|weibo_clickid)=/, "social"],
];

/**
 * The channel of an arrival: paid by medium or ad click id, then the named medium, then the named source, then the referrer,
 * else direct. A referrer from the same site says nothing. The table is documented in docs/guides/collect.md.
 */
export function channelOf(arrival: Arrival): Channel {
  if (`${arrival.utmSource}${arrival.utmMedium}${arrival.utmCampaign}${arrival.click}` === "") return untaggedChannel(arrival);
  const medium = arrival.utmMedium.trim().toLowerCase();
  const source = arrival.utmSource.trim().toLowerCase();
  const kind = SOURCES.get(source) ?? kindOfHost(source.includes(".") ? source : arrival.referrerHost);
  if (arrival.click !== "" || PAID.test(medium)) return paidChannel(arrival.click === "" ? kind : arrival.click);
  const named = MEDIUMS.find(([pattern]) => pattern.test(medium))?.[1];
  return named ?? (kind === undefined ? "campaign" : organicChannel(kind));
}

function untaggedChannel(arrival: Arrival): Channel {
  if (arrival.referrerHost !== "") return referredChannel(arrival, kindOfHost(arrival.referrerHost));
  return arrival.pageHost === "" ? "" : "direct";
}

/** Whether a URL carries an advertiser's click id, and of which kind of advertiser. */
export function clickIdClass(url: string): "search" | "social" | "" {
  // Every one of these parameters ends alike.
  if (!url.includes("id=")) return "";
  return CLICK_IDS.find(([pattern]) => pattern.test(url))?.[1] ?? "";
}

/** The channel behind a Sensors traffic source type (`自然搜索流量` …); undefined for texts it does not use. */
export function channelOfTrafficSource(text: string): Channel | undefined {
  if (text.startsWith("自然搜索")) return "organic_search";
  if (text.startsWith("付费广告")) return "paid_other";
  if (text.startsWith("社交网站")) return "social";
  if (text.startsWith("引荐")) return "referral";
  return text.startsWith("直接") ? "direct" : undefined;
}

function paidChannel(kind: SourceKind | undefined): Channel {
  if (kind === "search") return "paid_search";
  return kind === "social" ? "paid_social" : "paid_other";
}

function organicChannel(kind: SourceKind): Channel {
  return kind === "search" ? "organic_search" : kind;
}

function referredChannel({ referrerHost, pageHost }: Arrival, kind: SourceKind | undefined): Channel {
  if (siteOf(referrerHost) === siteOf(pageHost)) return "";
  return kind === undefined ? "referral" : organicChannel(kind);
}

function kindOfHost(host: string): SourceKind | undefined {
  for (let end = host; end !== ""; end = end.slice(end.indexOf(".") + 1)) {
    const kind = HOSTS.get(end);
    if (kind !== undefined) return kind;
    if (!end.includes(".")) break;
  }
  return COUNTRY_SEARCH.test(host) ? "search" : undefined;
}

/** Host without `www.` and `m.`: enough to tell an inner link from a visit. */
function siteOf(host: string): string {
  return host.replace(/^(?:www|m|wap|h5)\./, "");
}
