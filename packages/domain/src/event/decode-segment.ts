import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { fail, ok, type Result } from "../result.ts";
import type { DecodeContext, DecodeOutcome } from "./decode-context.ts";
import { isServerLibrary, objectOf, textOf, type ContextFacts } from "./event-context.ts";
import { gatherIds, idsInExternal, idsInTraits, type GatheredIds } from "./event-ids.ts";
import { eventTime, parseTime } from "./event-time.ts";
import type { EventSource, LinkClaim, TraitChange } from "./feed-event.ts";
import { finishEvent, type RawEvent } from "./raw-event.ts";
import { nameForQuarantine, printItem, rejectItem } from "./reject-event.ts";
import { changesOf } from "./trait-changes.ts";

/** The part of an event that depends on the type of the call. */
type Call = {
  readonly name: string;
  readonly properties: JsonObject;
  readonly traits: readonly TraitChange[];
  readonly ids: GatheredIds;
  readonly link: LinkClaim;
};
type Read = (item: JsonObject, context: JsonObject) => Result<Call>;

const NONE: JsonObject = {};
const READERS = new Map<unknown, Read>([
  ["track", readTrack],
  ["identify", readIdentify],
  ["page", readPage],
  ["screen", readScreen],
  ["group", readGroup],
  ["alias", readAlias],
]);

/**
 * One item of the Segment HTTP API (also as RudderStack's SDKs send it): track, identify, page, screen, group or alias.
 * https://segment.com/docs/connections/spec/ — `context.traits` are set on the person whatever the call.
 */
export function decodeSegment(item: JsonObject, context: DecodeContext): DecodeOutcome {
  const source = context.source ?? "segment";
  const raw = readItem(item, source, context);
  const event = raw.ok ? finishEvent(raw.value, context) : raw;
  if (event.ok) return { accepted: event.value };
  return rejectItem(
    {
      source,
      item: context.batchContext === undefined ? item : { ...item, context: mergedContext(item, context) },
      name: nameForQuarantine(item),
      messageId: item["messageId"],
    },
    event.fault,
    context,
  );
}

function readItem(item: JsonObject, source: EventSource, context: DecodeContext): Result<RawEvent> {
  const read = READERS.get(item["type"]);
  if (read === undefined)
    return fail("event.type_unknown", { field: "type", mend: "Send type track, identify, page, screen, group or alias" });
  const itemContext = mergedContext(item, context);
  const call = read(item, itemContext);
  if (!call.ok) return call;
  const said = item["timestamp"] ?? item["originalTimestamp"];
  const time = eventTime(said, { receivedAtMs: context.receivedAtMs, sentAtMs: parseTime(context.sentAt ?? item["sentAt"]) }, "timestamp");
  if (!time.ok) return time;
  const { name, properties, traits, ids, link } = call.value;
  return ok({
    source,
    name,
    timeMs: time.value.timeMs,
    ids: ids.ids,
    link,
    traits,
    notes: ids.notes,
    messageId: messageIdOf(item, said, context),
    properties: withRemarks(properties, itemContext, time.value.original),
    context: { facts: readFacts(item, itemContext, properties, context) },
  });
}

/** The choices about consent that the client repeats, and the time it said when that was impossible, stand beside the properties. */
function withRemarks(properties: JsonObject, { $consent: consent }: JsonObject, originalTime: string | undefined): JsonObject {
  if (originalTime === undefined && consent === undefined) return properties;
  return {
    ...properties,
    ...(consent === undefined ? {} : { $consent: consent }),
    ...(originalTime === undefined ? {} : { $original_time: originalTime }),
  };
}

function mergedContext(item: JsonObject, { batchContext }: DecodeContext): JsonObject {
  const own = objectOf(item, "context");
  if (batchContext === undefined) return own ?? NONE;
  return own === undefined ? batchContext : { ...batchContext, ...own };
}

/** Without an id, what was sent tells a repeat from another event, but only when it says when it happened. */
function messageIdOf(item: JsonObject, saidTime: Json | undefined, context: DecodeContext): string {
  const id = item["messageId"];
  if (typeof id === "string" && id.trim() !== "") return id.trim();
  if (saidTime === undefined || saidTime === null) return context.uniqueId();
  const { sentAt: _sentAt, ...content } = item;
  return context.derivedId(printItem(content));
}

/** `properties` or `traits` of an item: an object or absent. */
function bagOf(item: JsonObject, key: "properties" | "traits"): Result<JsonObject> {
  const value = item[key];
  if (value === undefined || value === null) return ok(NONE);
  if (isJsonObject(value)) return ok(value);
  return fail(key === "traits" ? "event.traits_invalid" : "event.properties_invalid", { field: key, mend: `Send ${key} as an object` });
}

function idsOf(item: JsonObject, context: JsonObject): Result<GatheredIds> {
  const { externalIds } = context;
  return gatherIds(
    [
      ["user_id", item["userId"], "userId"],
      ["anonymous_id", item["anonymousId"], "anonymousId"],
    ],
    externalIds === undefined ? [] : idsInExternal(externalIds),
  );
}

/** The shape shared by track, page, screen and group. */
function plainCall(name: string, properties: JsonObject, item: JsonObject, context: JsonObject): Result<Call> {
  const ids = idsOf(item, context);
  if (!ids.ok) return ids;
  return ok({ name, properties, ids: ids.value, link: "observed", traits: changesOf("set", objectOf(context, "traits")) });
}

function readTrack(item: JsonObject, context: JsonObject): Result<Call> {
  const name = item["event"];
  if (name === undefined || name === null) return fail("event.name_missing", { field: "event", mend: "Send the name of the event" });
  if (typeof name !== "string") return fail("event.name_invalid", { field: "event", mend: "The name of an event is text" });
  const properties = bagOf(item, "properties");
  return properties.ok ? plainCall(name, withGroup(properties.value, context), item, context) : properties;
}

function withGroup(properties: JsonObject, { groupId }: JsonObject): JsonObject {
  return typeof groupId === "string" ? { ...properties, $group_id: groupId } : properties;
}

function readIdentify(item: JsonObject, context: JsonObject): Result<Call> {
  const own = bagOf(item, "traits");
  if (!own.ok) return own;
  const fromContext = objectOf(context, "traits");
  const traits = fromContext === undefined ? own.value : { ...fromContext, ...own.value };
  const { externalIds } = context;
  const ids = gatherIds(
    [
      ["user_id", item["userId"], "userId"],
      ["anonymous_id", item["anonymousId"], "anonymousId"],
    ],
    [...idsInExternal(externalIds), ...idsInTraits(traits)],
  );
  if (!ids.ok) return ids;
  return ok({ name: "$identify", properties: NONE, ids: ids.value, link: "observed", traits: changesOf("set", traits) });
}

function readPage(item: JsonObject, context: JsonObject): Result<Call> {
  return readView("$pageview", item, context);
}

function readScreen(item: JsonObject, context: JsonObject): Result<Call> {
  return readView("$screen", item, context);
}

function readView(name: string, item: JsonObject, context: JsonObject): Result<Call> {
  const properties = bagOf(item, "properties");
  if (!properties.ok) return properties;
  const title = textOf(item, "name");
  const category = textOf(item, "category");
  return plainCall(
    name,
    { ...properties.value, ...(title === undefined ? {} : { name: title }), ...(category === undefined ? {} : { category }) },
    item,
    context,
  );
}

function readGroup(item: JsonObject, context: JsonObject): Result<Call> {
  const traits = bagOf(item, "traits");
  if (!traits.ok) return traits;
  const groupId = item["groupId"];
  if (typeof groupId !== "string" && typeof groupId !== "number")
    return fail("event.id_missing", { field: "groupId", mend: "Send groupId" });
  return plainCall("$group", { ...traits.value, group_id: String(groupId) }, item, context);
}

function readAlias(item: JsonObject): Result<Call> {
  const previous = gatherIds([["anonymous_id", item["previousId"], "previousId"]]);
  if (!previous.ok) return previous;
  const ids = gatherIds([
    ["user_id", item["userId"], "userId"],
    ["anonymous_id", item["anonymousId"], "anonymousId"],
  ]);
  if (!ids.ok) return ids;
  return ok({
    name: "$alias",
    properties: NONE,
    ids: { ids: withLast(ids.value.ids, previous.value.ids), notes: ids.value.notes },
    link: "asserted",
    traits: [],
  });
}

function withLast(ids: GatheredIds["ids"], previous: GatheredIds["ids"]): GatheredIds["ids"] {
  return [...ids.filter((id) => !previous.some(({ kind, value }) => kind === id.kind && value === id.value)), ...previous];
}

function readFacts(item: JsonObject, context: JsonObject, properties: JsonObject, request: DecodeContext): ContextFacts {
  const page = objectOf(context, "page") ?? NONE;
  const library = libraryOf(context);
  const onServer = item["channel"] === "server" || isServerLibrary(library);
  const pick = (key: string) => textOf(properties, key) ?? textOf(page, key);
  const isView = item["type"] === "page";
  const read = isView ? pick : (key: string) => textOf(page, key);
  return {
    campaign: objectOf(context, "campaign"),
    pageUrl: read("url"),
    pagePath: read("path"),
    pageTitle: read("title"),
    search: read("search"),
    referrer: read("referrer"),
    userAgent: textOf(context, "userAgent") ?? (onServer ? undefined : request.userAgent),
    ip: textOf(context, "ip") ?? (onServer ? undefined : request.requestIp),
    deviceType: textOf(objectOf(context, "device"), "type"),
    os: textOf(objectOf(context, "os"), "name"),
    appVersion: textOf(objectOf(context, "app"), "version"),
    locale: textOf(context, "locale"),
    library,
  };
}

function libraryOf(context: JsonObject): string {
  const library = objectOf(context, "library");
  const name = textOf(library, "name") ?? "";
  const version = textOf(library, "version");
  return version === undefined ? name : `${name} ${version}`;
}
