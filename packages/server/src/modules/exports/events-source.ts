import { listRecentEvents } from "@terrace/contract/api/events";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import type { JsonObject } from "@terrace/domain/json";
import { parseInput } from "../../platform/http/input-fault.ts";
import { CONTEXT_COLUMNS } from "../../platform/storage/event-columns.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { Insight, StoredEvent } from "../insight/module.ts";
import { displayOf, reveal, shownFields, tokenClass, tokensIn, type PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { recordSource } from "./export-bytes.ts";
import { commonKeys, fieldColumn, nestedColumn, restColumn, type Column, type ExportSource, type SourceRead } from "./export-source.ts";

export type EventsSourceDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "open">;
  readonly people: Pick<PeopleModule, "clearIds">;
  readonly insight: Pick<Insight, "streamEvents">;
};

const filterSchema = listRecentEvents.query.omit({ limit: true, cursor: true });
const PROPERTY_COLUMNS_MAX = 100;
/** As many as the vault opens at once with room for several values each. */
const EVENTS_AT_ONCE = 1_000;

const FIXED: readonly Column[] = [
  fieldColumn("event_id", "eventId"),
  fieldColumn("message_id", "messageId"),
  fieldColumn("name", "name"),
  fieldColumn("time", "time", "time"),
  fieldColumn("received_at", "receivedAt", "time"),
  fieldColumn("person_id", "personId"),
  fieldColumn("origin_id", "originId"),
  fieldColumn("source", "source"),
  ...Object.values(CONTEXT_COLUMNS).map((name): Column => ({ ...nestedColumn("context", name), name })),
];
const BY_NAME = new Map(FIXED.map((column) => [column.name, column]));

/** Stored events, oldest first; the filters are those of the list. */
export function eventsSource(deps: EventsSourceDeps): ExportSource {
  return recordSource({
    what: "events",
    permission: "events:read",
    canBeClear: true,
    columns: [...FIXED.map(({ name }) => name), "properties"],
    filters: Object.keys(filterSchema.shape),
    checkFilters: (filters) => void parseInput(filterSchema, filters, "query"),
    column: (name) => {
      if (name.startsWith("properties.")) return nestedColumn("properties", name.slice("properties.".length));
      return name === "properties" ? fieldColumn(name, "properties") : BY_NAME.get(name);
    },
    defaultColumns: (sample) => {
      // The properties of one event name have much in common; those of many would make a very wide table.
      if (new Set(sample.map(({ name }) => name)).size > 1) return [...FIXED, fieldColumn("properties", "properties")];
      const keys = commonKeys(sample, "properties", PROPERTY_COLUMNS_MAX);
      return [...FIXED, ...keys.map((key) => nestedColumn("properties", key)), restColumn("other_properties", "properties", new Set(keys))];
    },
    read: (options) => readEvents(deps, options),
  });
}

async function* readEvents(deps: EventsSourceDeps, options: SourceRead): AsyncGenerator<readonly JsonObject[]> {
  const { name, person, messageId, from, to } = parseInput(filterSchema, options.filters, "query");
  const filter = {
    name,
    person,
    messageId,
    fromMs: from === undefined ? undefined : Date.parse(from),
    toMs: to === undefined ? undefined : Date.parse(to),
  };
  for await (const batch of deps.insight.streamEvents(options.grant.workspaceId, filter, options.signal)) {
    for (let at = 0; at < batch.length; at += EVENTS_AT_ONCE) yield await present(deps, options, batch.slice(at, at + EVENTS_AT_ONCE));
  }
}

async function present(
  { db, privacy, people }: EventsSourceDeps,
  { grant: { workspaceId }, view, facts }: SourceRead,
  events: readonly StoredEvent[],
): Promise<readonly JsonObject[]> {
  const tokens = new Set<string>();
  const owners = new Set<string>();
  const origins = new Set<string>();
  for (const event of events) {
    const before = tokens.size;
    tokensIn(event.properties, tokens);
    tokensIn(event.context, tokens);
    if (event.originId === "0") continue;
    origins.add(event.originId);
    if (tokens.size > before) owners.add(event.originId);
  }
  // A token met before was asked for with its first owner only; under the same token lies the same value.
  const opened = await privacy.open(db, workspaceId, [...owners], [...tokens]);
  const display = displayOf(view, opened);
  const ids: ReadonlyMap<string, IdentityRef> = facts ? await people.clearIds(workspaceId, [...origins]) : new Map();
  return events.map((event) => {
    const { receivedAtMs: _receivedAtMs, properties, context, ...rest } = event;
    const id = ids.get(event.originId);
    return {
      terrace: "event",
      ...(facts ? {} : { masked: true }),
      ...rest,
      properties: shownFields("property", properties, display),
      context: reveal(context, display.text),
      ...(facts ? { version: 1, marked: markedKeys(properties), ...(id === undefined ? {} : { id }) } : {}),
    };
  });
}

/** Properties that an operator marked personal: what is in them looks like anything. */
function markedKeys(properties: JsonObject): readonly string[] {
  return Object.keys(properties).filter((key) => [...tokensIn(properties[key] ?? null)].some((token) => tokenClass(token) === "marked"));
}
