import type { EventContext } from "@terrace/domain/event/feed-event";
import type { Json, JsonObject } from "@terrace/domain/json";
import type { ChStatement } from "./clickhouse.ts";

/** The column of `events` for each field of an event's context. */
export const CONTEXT_COLUMNS = {
  channel: "channel",
  utmSource: "utm_source",
  utmMedium: "utm_medium",
  utmCampaign: "utm_campaign",
  utmTerm: "utm_term",
  utmContent: "utm_content",
  referrerHost: "referrer_host",
  pageUrl: "page_url",
  pagePath: "page_path",
  pageTitle: "page_title",
  deviceType: "device_type",
  browser: "browser",
  os: "os",
  appVersion: "app_version",
  locale: "locale",
  library: "library",
  ipPrefix: "ip_prefix",
} as const satisfies { readonly [Field in keyof EventContext]: string };

type ContextColumn = (typeof CONTEXT_COLUMNS)[keyof typeof CONTEXT_COLUMNS];

/** What `STORED_CONTENT` selects: the properties as JSON text and every context column, "" where nothing is known. */
export type StoredContent = { readonly props: string } & Readonly<Record<ContextColumn, string>>;

const COLUMNS: readonly ContextColumn[] = Object.values(CONTEXT_COLUMNS);

/** The columns of an event that say what was in it, for a select list. */
export const STORED_CONTENT: ChStatement = { text: `toJSONString(properties) as props, ${COLUMNS.join(", ")}`, params: {} };

/** The context of a stored event, by column; what is not known is left out. */
export function storedContext(row: StoredContent): Readonly<Record<string, string>> {
  const context: Record<string, string> = {};
  for (const column of COLUMNS) if (row[column] !== "") context[column] = row[column];
  return context;
}

/** The properties of a stored event. */
export function storedProperties(row: StoredContent): JsonObject {
  return withoutNulls(JSON.parse(row.props) as JsonObject);
}

/** The JSON column answers a null for every path that other rows of the block have. */
function withoutNulls(object: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value === null) continue;
    const inner = typeof value === "object" && !Array.isArray(value) ? withoutNulls(value as JsonObject) : value;
    if (typeof inner === "object" && !Array.isArray(inner) && Object.keys(inner).length === 0) continue;
    kept[key] = inner;
  }
  return kept;
}
