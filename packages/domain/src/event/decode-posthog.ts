import type { IdentityKind } from "../identity/identity-kinds.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import type { DecodeContext, DecodeOutcome } from "./decode-context.ts";
import { isServerLibrary, objectOf, textOf, type ContextFacts } from "./event-context.ts";
import { gatherIds, idsInTraits, type GatheredIds } from "./event-ids.ts";
import { eventTime, parseTime, type EventTime } from "./event-time.ts";
import type { EventSource, LinkClaim, TraitChange } from "./feed-event.ts";
import { finishEvent, type RawEvent } from "./raw-event.ts";
import { printItem, rejectItem } from "./reject-event.ts";
import { changesOf, unsetsOf } from "./trait-changes.ts";

const NONE: JsonObject = {};
/** Events whose PostHog name has a Terrace name. */
const NAMES = new Map([
  ["$create_alias", "$alias"],
  ["$groupidentify", "$group"],
]);
/** Properties that are instructions to the server, or have become ids, traits or context: they are not stored a second time. */
const CONSUMED = new Set([
  "$set",
  "$set_once",
  "$unset",
  "token",
  "distinct_id",
  "$ip",
  "$raw_user_agent",
  "$user_agent",
  "$anon_distinct_id",
  "$geoip_disable",
  "$insert_id",
  "$device_id",
]);

/**
 * One item of PostHog's capture API. A distinct id is an anonymous id when the event says so (`$process_person_profile: false`,
 * `$is_identified: false`, or equal to `$device_id`), otherwise a user id: servers name users.
 */
export function decodePosthog(item: JsonObject, context: DecodeContext): DecodeOutcome {
  const source = context.source ?? "posthog";
  const raw = readItem(item, source, context);
  const event = raw.ok ? finishEvent(raw.value, context) : raw;
  return event.ok
    ? { accepted: event.value }
    : rejectItem({ source, item, name: item["event"], messageId: item["uuid"] }, event.fault, context);
}

function readItem(item: JsonObject, source: EventSource, context: DecodeContext): Result<RawEvent> {
  const name = item["event"];
  if (name === undefined || name === null) return fail("event.name_missing", { field: "event", mend: "Send the name of the event" });
  if (typeof name !== "string") return fail("event.name_invalid", { field: "event", mend: "The name of an event is text" });
  const given = item["properties"] ?? NONE;
  if (!isJsonObject(given)) return fail("event.properties_invalid", { field: "properties", mend: "Send properties as an object" });
  const ids = readIds(name, item, given);
  if (!ids.ok) return ids;
  const time = readTime(item, context);
  if (!time.ok) return time;
  const properties = keptProperties(name, given);
  return ok({
    source,
    name: NAMES.get(name) ?? name,
    timeMs: time.value.timeMs,
    ids: ids.value.ids,
    notes: ids.value.notes,
    link: linkOf(name),
    messageId: messageIdOf(item, given, context),
    traits: name === "$groupidentify" ? [] : readTraits(item, given),
    properties: time.value.original === undefined ? properties : { ...properties, $original_time: time.value.original },
    context: { facts: readFacts(given, context) },
  });
}

function linkOf(name: string): LinkClaim {
  return isJoin(name) ? "asserted" : "observed";
}

function readIds(name: string, item: JsonObject, properties: JsonObject): Result<GatheredIds> {
  const distinct = item["distinct_id"] ?? item["$distinct_id"] ?? properties["distinct_id"];
  if (name === "$groupidentify" && isGroupItself(distinct, properties)) return ok({ ids: [], notes: [] });
  if (isJoin(name)) return joinIds(distinct, properties["alias"]);
  if (name === "$identify")
    return gatherIds(
      [
        ["user_id", distinct, "distinct_id"],
        ["anonymous_id", properties["$anon_distinct_id"], "properties.$anon_distinct_id"],
      ],
      idsInTraits(setTraits(item, properties)),
    );
  return gatherIds(
    [[kindOf(distinct, properties), distinct, "distinct_id"]],
    name === "$set" ? idsInTraits(setTraits(item, properties)) : [],
  );
}

function isJoin(name: string): boolean {
  return name === "$create_alias" || name === "$merge_dangerously";
}

/** The alias is taken for an anonymous id: what a visitor was called before a name was known. */
function joinIds(distinct: Json | undefined, alias: Json | undefined): Result<GatheredIds> {
  const main = gatherIds([["user_id", distinct, "distinct_id"]]);
  if (!main.ok) return main;
  const other = gatherIds([["anonymous_id", alias, "properties.alias"]]);
  return other.ok ? ok({ ids: [...main.value.ids, ...other.value.ids], notes: [] }) : other;
}

/** The SDK files a group under `$type_key`, an id that is nobody's. */
function isGroupItself(distinct: Json | undefined, { $group_type: type, $group_key: key }: JsonObject): boolean {
  return typeof type === "string" && (typeof key === "string" || typeof key === "number") && distinct === `$${type}_${key}`;
}

function kindOf(distinct: Json | undefined, properties: JsonObject): IdentityKind {
  if (
    properties["$process_person_profile"] === false ||
    properties["$is_identified"] === false ||
    properties["$user_state"] === "anonymous"
  )
    return "anonymous_id";
  const device = properties["$device_id"];
  if (device === undefined || device === null || properties["$is_identified"] === true) return "user_id";
  // Browsers say `$device_id` on every event; older ones tell an identified person only by `$user_id`.
  return distinct === device || (properties["$user_id"] === undefined && properties["$lib"] === "web") ? "anonymous_id" : "user_id";
}

function setTraits(item: JsonObject, properties: JsonObject): JsonObject {
  const outer = objectOf(item, "$set");
  const inner = objectOf(properties, "$set");
  return outer === undefined ? (inner ?? NONE) : { ...outer, ...inner };
}

function readTraits(item: JsonObject, properties: JsonObject): readonly TraitChange[] {
  const unset = properties["$unset"] ?? item["$unset"];
  const names = Array.isArray(unset) ? (unset as readonly Json[]) : isJsonObject(unset) ? Object.keys(unset) : [];
  return [
    ...changesOf("set_once", objectOf(item, "$set_once")),
    ...changesOf("set_once", objectOf(properties, "$set_once")),
    ...changesOf("set", setTraits(item, properties)),
    ...unsetsOf(names),
  ];
}

function keptProperties(name: string, given: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (value !== undefined && !CONSUMED.has(key) && key !== "__proto__") kept[key] = value;
  }
  if (name === "$create_alias") delete kept["alias"];
  if (name !== "$groupidentify") return kept;
  const { $group_type: type, $group_key: key, $group_set: set, ...rest } = kept;
  return { ...rest, ...(isJsonObject(set) ? set : {}), group_type: type ?? "", group_id: key ?? "" };
}

/** `timestamp`, or `offset` ms before the request was sent. */
function readTime(item: JsonObject, { receivedAtMs, sentAt }: DecodeContext): Result<EventTime> {
  const sentAtMs = parseTime(sentAt ?? item["sent_at"] ?? item["sentAt"]);
  const { timestamp, offset } = item;
  if ((timestamp === undefined || timestamp === null) && typeof offset === "number" && offset >= 0)
    return eventTime(receivedAtMs - offset, { receivedAtMs }, "offset");
  return eventTime(timestamp, { receivedAtMs, sentAtMs }, "timestamp");
}

function messageIdOf(item: JsonObject, properties: JsonObject, context: DecodeContext): string {
  const id = item["uuid"] ?? properties["$insert_id"] ?? item["messageId"];
  if (typeof id === "string" && id.trim() !== "") return id.trim();
  if (item["timestamp"] === undefined) return context.uniqueId();
  const { sent_at: _sent, sentAt: _sentAt, ...content } = item;
  return context.derivedId(printItem(content));
}

function readFacts(properties: JsonObject, request: DecodeContext): ContextFacts {
  const text = (key: string) => textOf(properties, key);
  const library = [text("$lib"), text("$lib_version")].filter((part) => part !== undefined).join(" ");
  const onServer = properties["$is_server"] === true || isServerLibrary(library);
  const direct = (value: string | undefined) => (value === "$direct" ? "" : value);
  return {
    campaign: campaignOf(properties),
    pageUrl: text("$current_url"),
    pagePath: text("$pathname"),
    pageTitle: text("$title") ?? text("title") ?? text("$screen_name"),
    referrer: direct(text("$referrer")),
    referrerHost: direct(text("$referring_domain")),
    userAgent: text("$raw_user_agent") ?? text("$user_agent") ?? (onServer ? undefined : request.userAgent),
    ip: text("$ip") ?? (onServer ? undefined : request.requestIp),
    deviceType: text("$device_type"),
    browser: text("$browser"),
    os: text("$os"),
    appVersion: text("$app_version"),
    locale: text("$locale") ?? text("$browser_language"),
    library,
  };
}

function campaignOf(properties: JsonObject): JsonObject | undefined {
  const read = (name: string) => textOf(properties, `utm_${name}`) ?? textOf(properties, `$utm_${name}`);
  const source = read("source");
  const medium = read("medium");
  const name = read("campaign");
  if (source === undefined && medium === undefined && name === undefined) return undefined;
  return {
    ...(source === undefined ? {} : { source }),
    ...(medium === undefined ? {} : { medium }),
    ...(name === undefined ? {} : { name }),
    term: read("term") ?? "",
    content: read("content") ?? "",
  };
}
