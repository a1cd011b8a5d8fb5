import { isJsonObject, type JsonObject } from "../json.ts";
import { channelOf, channelOfTrafficSource, clickIdClass } from "./channel.ts";
import { EMPTY_CONTEXT, type EventContext } from "./feed-event.ts";
import { splitUrl, utmOf, withoutCredentials } from "./page-url.ts";
import { storableText } from "./sanitise-properties.ts";

/** UTF-16 code units of a context column. */
const COLUMN_LENGTH_MAX = 255;
const URL_LENGTH_MAX = 2_048;

/** What a user agent header tells. `deviceType`: desktop, mobile, tablet, bot …; empty = unknown. */
export type UserAgentFacts = { readonly deviceType: string; readonly browser: string; readonly os: string };

/** Where and how an event happened, in the words of the protocols; what is missing is unknown. */
export type ContextFacts = { readonly campaign?: JsonObject | undefined } & { readonly [Fact in TextFact]?: string | undefined };

type TextFact =
  | "pageUrl"
  | "pagePath"
  | "pageTitle"
  | "search"
  | "referrer"
  | "referrerHost"
  | "trafficSource"
  | "userAgent"
  | "ip"
  | "deviceType"
  | "browser"
  | "os"
  | "appVersion"
  | "locale"
  | "library";

const NO_AGENT: UserAgentFacts = { deviceType: "", browser: "", os: "" };

export type ContextTools = { readonly parseUserAgent: (userAgent: string) => UserAgentFacts; readonly redact: (text: string) => string };

/**
 * The context columns of an event, personal data replaced; network addresses are cut to their network. Equal facts without personal
 * data give the same object: the pages, campaigns and devices of a visit repeat from event to event.
 */
export function describeContext(facts: ContextFacts, tools: ContextTools): EventContext {
  const network = networkOf(facts.ip ?? "");
  const key = memoKey(facts, network);
  const known = key === undefined ? undefined : describedContexts.get(key);
  if (known !== undefined) return known;
  let hidden = false;
  const redact = (text: string): string => {
    const redacted = tools.redact(text);
    hidden ||= redacted !== text;
    return redacted;
  };
  const context = describeAnew(facts, { ...tools, redact }, network);
  if (key !== undefined && !hidden) {
    if (describedContexts.size >= DESCRIBED_MAX) describedContexts.clear();
    describedContexts.set(key, context);
  }
  return context;
}

/** A pure function of its key; facts that held personal data are never kept, because each event must learn what was hidden. */
const describedContexts = new Map<string, EventContext>();
const DESCRIBED_MAX = 8_192;
const MEMO_KEY_LENGTH_MAX = 4_096;

function memoKey(facts: ContextFacts, network: string): string | undefined {
  const key = JSON.stringify({ ...facts, ip: network });
  return key.length > MEMO_KEY_LENGTH_MAX ? undefined : key;
}

function describeAnew(facts: ContextFacts, tools: ContextTools, network: string): EventContext {
  const column = (text: string | undefined) => columnText(text, tools.redact, COLUMN_LENGTH_MAX);
  const page = splitUrl(facts.pageUrl ?? "");
  const utm = readUtm(facts, page.search === "" ? (facts.search ?? "") : page.search);
  const agent = agentFacts(facts, tools);
  const referrerHost = column(facts.referrerHost ?? splitUrl(facts.referrer ?? "").host);
  return {
    channel: arrivalChannel(facts, utm, { referrerHost, pageHost: page.host }),
    utmSource: column(utm.utmSource),
    utmMedium: column(utm.utmMedium),
    utmCampaign: column(utm.utmCampaign),
    utmTerm: column(utm.utmTerm),
    utmContent: column(utm.utmContent),
    referrerHost,
    pageUrl: columnText(facts.pageUrl, (text) => tools.redact(withoutCredentials(text)), URL_LENGTH_MAX),
    pagePath: column(facts.pagePath ?? page.path),
    pageTitle: column(facts.pageTitle),
    deviceType: column(agent.deviceType.toLowerCase()),
    browser: column(agent.browser),
    os: column(agent.os),
    appVersion: column(facts.appVersion),
    locale: column(facts.locale),
    library: column(facts.library),
    ipPrefix: network,
  };
}

/** What the sender says about the device wins over what its user agent tells. */
function agentFacts({ userAgent, deviceType, browser, os }: ContextFacts, tools: ContextTools): UserAgentFacts {
  const parsed = userAgent === undefined || userAgent === "" ? NO_AGENT : tools.parseUserAgent(userAgent);
  return { deviceType: deviceType ?? parsed.deviceType, browser: browser ?? parsed.browser, os: os ?? parsed.os };
}

function arrivalChannel(facts: ContextFacts, utm: Utm, hosts: { readonly referrerHost: string; readonly pageHost: string }): string {
  const channel = channelOf({ ...utm, ...hosts, click: clickIdClass(facts.pageUrl ?? facts.search ?? "") });
  if (facts.trafficSource === undefined || (channel !== "" && channel !== "referral" && channel !== "direct")) return channel;
  return channelOfTrafficSource(facts.trafficSource) ?? channel;
}

/**
 * The context columns of an event made inside Terrace: what was given, cleaned like what comes over the network. The same object without personal
 * data gives the same columns again: whoever makes many events hands in the context of their visit, not a copy.
 */
export function cleanContext(given: Partial<EventContext>, redact: (text: string) => string): EventContext {
  const known = cleanedContexts.get(given);
  if (known !== undefined) return known;
  let hidden = false;
  const cleaned = Object.entries(given).map(([name, value]) => [
    name,
    columnText(
      value,
      (text) => {
        const redacted = redact(text);
        hidden ||= redacted !== text;
        return redacted;
      },
      name === "pageUrl" ? URL_LENGTH_MAX : COLUMN_LENGTH_MAX,
    ),
  ]);
  const context = { ...EMPTY_CONTEXT, ...Object.fromEntries(cleaned) };
  if (!hidden) cleanedContexts.set(given, context);
  return context;
}

/** Of given contexts that held nothing personal; whoever hands one in does not change it afterwards. */
const cleanedContexts = new WeakMap<Partial<EventContext>, EventContext>();

/** A text value of a JSON object; undefined for anything else. */
export function textOf(object: unknown, key: string): string | undefined {
  if (!isJsonObject(object) || !Object.hasOwn(object, key)) return undefined;
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}

/** An object inside a JSON object; undefined for anything else. */
export function objectOf(object: unknown, key: string): JsonObject | undefined {
  if (!isJsonObject(object) || !Object.hasOwn(object, key)) return undefined;
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

type Utm = {
  readonly utmSource: string;
  readonly utmMedium: string;
  readonly utmCampaign: string;
  readonly utmTerm: string;
  readonly utmContent: string;
};

const NO_UTM: Utm = { utmSource: "", utmMedium: "", utmCampaign: "", utmTerm: "", utmContent: "" };

function readUtm({ campaign }: ContextFacts, search: string): Utm {
  const query = utmOf(search);
  if (campaign === undefined && query.size === 0) return NO_UTM;
  const read = (name: string, parameter: string) => textOf(campaign, name) ?? query.get(parameter) ?? "";
  return {
    utmSource: read("source", "utm_source"),
    utmMedium: read("medium", "utm_medium"),
    utmTerm: read("term", "utm_term"),
    utmContent: read("content", "utm_content"),
    utmCampaign: textOf(campaign, "name") ?? textOf(campaign, "campaign") ?? query.get("utm_campaign") ?? "",
  };
}

function columnText(text: string | undefined, redact: (text: string) => string, lengthMax: number): string {
  if (text === undefined || text === "") return "";
  const stored = storableText(redact(text));
  return stored.length <= lengthMax ? stored : stored.slice(0, lengthMax).toWellFormed();
}

const IPV4 = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i;

/** `203.0.113.0/24` or `2001:db8:1::/48`; empty when the text is not an address. */
export function networkOf(ip: string): string {
  const text = ip.trim();
  const four = IPV4.exec(text);
  if (four === null) return networkOfIpv6(text);
  return [four[1], four[2], four[3]].every((part) => Number(part) <= 255) ? `${four[1]}.${four[2]}.${four[3]}.0/24` : "";
}

function networkOfIpv6(text: string): string {
  const groups = groupsOfIpv6(text);
  return groups === undefined ? "" : `${groups.slice(0, 3).join(":")}::/48`;
}

/** What one subscriber of a network has: an IPv4 address, or the /64 of an IPv6 address; any other text as it is. For limits, never for storage. */
export function subscriberOf(ip: string): string {
  const text = ip.trim();
  const groups = groupsOfIpv6(text);
  return groups === undefined ? text.replace(/^::ffff:/i, "") : `${groups.slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an IPv6 address; undefined for any other text. */
function groupsOfIpv6(text: string): readonly string[] | undefined {
  if (!text.includes(":") || text.length > 45) return undefined;
  const halves = text
    .toLowerCase()
    .replace(/%[0-9a-z]+$/, "")
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const [head = [], tail] = halves;
  const filled =
    tail === undefined ? head : [...head, ...Array.from({ length: Math.max(1, 8 - head.length - tail.length) }, () => "0"), ...tail];
  if (halves.length > 2 || filled.length !== 8 || !filled.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return filled.map((group) => group.replace(/^0+(?=.)/, ""));
}

/** True for libraries that run on a business's server: the address and user agent of their requests are the server's, not a user's. */
export function isServerLibrary(library: string): boolean {
  return /node|python|php|ruby|golang|\bgo\b|\bjava\b|dotnet|\.net|csharp|rust|server|elixir|postman|curl/i.test(library);
}
