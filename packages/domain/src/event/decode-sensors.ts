import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import type { DecodeContext, DecodeOutcome } from "./decode-context.ts";
import { isServerLibrary, objectOf, textOf, type ContextFacts } from "./event-context.ts";
import type { GatheredIds } from "./event-ids.ts";
import { eventTime, parseTime } from "./event-time.ts";
import type { EventSource, LinkClaim, TraitChange } from "./feed-event.ts";
import { finishEvent, type RawEvent } from "./raw-event.ts";
import { nameForQuarantine, printItem, rejectItem } from "./reject-event.ts";
import { sensorsIds, signUpIds, unbindIds } from "./sensors-ids.ts";
import { changesOf, unsetsOf } from "./trait-changes.ts";

type Call = {
  readonly name: string;
  readonly ids: Result<GatheredIds>;
  readonly link: LinkClaim;
  readonly properties: JsonObject;
  readonly traits: readonly TraitChange[];
};
type Read = (item: JsonObject, properties: JsonObject) => Result<Call>;

const PROFILE_OPS = { profile_set: "set", profile_set_once: "set_once", profile_increment: "increment", profile_append: "append" } as const;

const READERS = new Map<unknown, Read>([
  ["track", (item, properties) => named(item, (name) => ({ name, ids: sensorsIds(item), link: "observed", properties, traits: [] }))],
  [
    "track_signup",
    (item, properties) => ok({ name: textOf(item, "event") ?? "$SignUp", ids: signUpIds(item), link: "asserted", properties, traits: [] }),
  ],
  [
    "track_id_bind",
    (item, properties) => ok({ name: textOf(item, "event") ?? "$BindID", ids: sensorsIds(item), link: "asserted", properties, traits: [] }),
  ],
  [
    "track_id_unbind",
    (item, properties) => ok({ name: textOf(item, "event") ?? "$UnbindID", ids: unbindIds(item), link: "unbound", properties, traits: [] }),
  ],
  ...Object.entries(PROFILE_OPS).map(([type, op]): [string, Read] => [
    type,
    (item, properties) => profile(item, op, changesOf(op, ownTraits(properties))),
  ]),
  ["profile_unset", (item, properties) => profile(item, "unset", unsetsOf(Object.keys(ownTraits(properties))))],
  ["profile_delete", (item) => profile(item, "clear", [{ op: "clear" }])],
  ["item_set", (item, properties) => itemEvent("$item_set", item, properties)],
  ["item_delete", (item, properties) => itemEvent("$item_delete", item, properties)],
]);
/** Properties that are instructions, or have become ids or context: they are not stored a second time. */
const CONSUMED = new Set(["$is_login_id", "$project", "$token", "$ip", "$user_agent", "$time", "$device_id"]);

/** One item of Sensors Data (神策) as its SDKs send it: https://manual.sensorsdata.cn/sa/latest (数据格式). */
export function decodeSensors(item: JsonObject, context: DecodeContext): DecodeOutcome {
  const source = context.source ?? "sensors";
  const raw = readItem(item, source, context);
  const event = raw.ok ? finishEvent(raw.value, context) : raw;
  return event.ok ? { accepted: event.value } : rejectItem({ source, item, name: nameForQuarantine(item) }, event.fault, context);
}

function readItem(item: JsonObject, source: EventSource, context: DecodeContext): Result<RawEvent> {
  const read = READERS.get(item["type"]);
  if (read === undefined)
    return fail("event.type_unknown", {
      field: "type",
      mend: "Send track, track_signup, track_id_bind, track_id_unbind, profile_*, item_set or item_delete",
    });
  const given = item["properties"] ?? {};
  if (!isJsonObject(given)) return fail("event.properties_invalid", { field: "properties", mend: "Send properties as an object" });
  const call = read(item, kept(given));
  if (!call.ok) return call;
  const { ids, name, link, properties, traits } = call.value;
  if (!ids.ok) return ids;
  const time = eventTime(item["time"], { receivedAtMs: context.receivedAtMs, sentAtMs: parseTime(item["_flush_time"]) }, "time");
  if (!time.ok) return time;
  return ok({
    source,
    name,
    timeMs: time.value.timeMs,
    ids: ids.value.ids,
    notes: ids.value.notes,
    link,
    traits,
    messageId: messageIdOf(item, context),
    properties: time.value.original === undefined ? properties : { ...properties, $original_time: time.value.original },
    context: { facts: readFacts(item, given, context) },
  });
}

function named(item: JsonObject, build: (name: string) => Call): Result<Call> {
  const name = item["event"];
  if (name === undefined || name === null) return fail("event.name_missing", { field: "event", mend: "Send the name of the event" });
  return typeof name === "string" ? ok(build(name)) : fail("event.name_invalid", { field: "event", mend: "The name of an event is text" });
}

function profile(item: JsonObject, operation: string, traits: readonly TraitChange[]): Result<Call> {
  return ok({ name: "$set", ids: sensorsIds(item), link: "observed", properties: { $operation: operation }, traits });
}

/** The SDKs add their own properties to profiles too; those describe the sender, not the person. */
function ownTraits(properties: JsonObject): JsonObject {
  const { $lib: _lib, $lib_version: _version, $lib_method: _method, $lib_detail: _detail, ...traits } = properties;
  return traits;
}

function itemEvent(name: string, item: JsonObject, properties: JsonObject): Result<Call> {
  const { item_type: type, item_id: id } = item;
  if (typeof type !== "string" || (typeof id !== "string" && typeof id !== "number"))
    return fail("event.id_missing", { field: "item_id", mend: "Send item_type and item_id" });
  return ok({
    name,
    ids: ok({ ids: [], notes: [] }),
    link: "observed",
    properties: { ...properties, item_type: type, item_id: String(id) },
    traits: [],
  });
}

function kept(given: JsonObject): JsonObject {
  const out: Record<string, Json> = {};
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (value !== undefined && !CONSUMED.has(key) && key !== "__proto__") out[key] = value;
  }
  return out;
}

/** The SDKs send no id: `_track_id` is a short random number, unique only beside who, what and when. A repeat changes nothing but `_flush_time`. */
function messageIdOf(item: JsonObject, context: DecodeContext): string {
  const { _track_id: trackId, time, distinct_id: distinct, event, type } = item;
  if (time === undefined || time === null)
    return trackId === undefined ? context.uniqueId() : context.derivedId(`sensors|${JSON.stringify([trackId, distinct, event, type])}`);
  if (trackId !== undefined) return context.derivedId(`sensors|${JSON.stringify([trackId, distinct, time, event, type])}`);
  const { _flush_time: _flush, sentAt: _sentAt, ...content } = item;
  return context.derivedId(`sensors|${printItem(content)}`);
}

function readFacts(item: JsonObject, properties: JsonObject, request: DecodeContext): ContextFacts {
  const text = (key: string) => textOf(properties, key);
  const lib = objectOf(item, "lib") ?? properties;
  const library = [textOf(lib, "$lib"), textOf(lib, "$lib_version")].filter((part) => part !== undefined).join(" ");
  const onServer = isServerLibrary(library);
  return {
    campaign: campaignOf(properties),
    pageUrl: text("$url"),
    pagePath: text("$url_path"),
    pageTitle: text("$title") ?? text("$screen_name"),
    referrer: text("$latest_referrer") ?? text("$referrer"),
    referrerHost: hostText(text("$latest_referrer_host") ?? text("$referrer_host")),
    trafficSource: text("$latest_traffic_source_type"),
    userAgent: text("$user_agent") ?? (onServer ? undefined : request.userAgent),
    ip: text("$ip") ?? (onServer ? undefined : request.requestIp),
    browser: text("$browser"),
    os: text("$os"),
    appVersion: text("$app_version"),
    locale: text("$language") ?? text("$browser_language"),
    library,
  };
}

/** The browser SDK writes its failures (`取值异常`, `url的domain解析失败`) where the host would be. */
function hostText(host: string | undefined): string | undefined {
  return host !== undefined && /^[\w.-]*$/.test(host) ? host : undefined;
}

function campaignOf(properties: JsonObject): JsonObject | undefined {
  const read = (name: string) => textOf(properties, `$utm_${name}`) ?? textOf(properties, `$latest_utm_${name}`);
  const [source, medium, name] = [read("source"), read("medium"), read("campaign")];
  if (source === undefined && medium === undefined && name === undefined) return undefined;
  return { source: source ?? "", medium: medium ?? "", name: name ?? "", term: read("term") ?? "", content: read("content") ?? "" };
}
