import { z } from "zod";

/** One endpoint of collect, as the clients of other products already call it. Described for the API document; the server parses these bodies by itself, since one bad event must never fail its neighbours. */
export type CollectOperation = {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Where the write key travels. */
  readonly key: "basic" | "body" | "query";
  readonly query?: z.ZodType;
  /** Bodies by content type. */
  readonly bodies: Readonly<Record<string, z.ZodType>>;
  readonly response: z.ZodType | "gif" | "text";
};

const json = z.record(z.string(), z.json());
const who = {
  userId: z.string().max(255).optional(),
  anonymousId: z.string().max(255).optional().describe("One of userId and anonymousId is needed"),
  messageId: z.string().max(255).optional().describe("Repeats with the same id count once"),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  context: json.optional(),
  integrations: json.optional(),
  sentAt: z.iso.datetime({ offset: true }).optional().describe("The client's clock when sending; corrects timestamp"),
  writeKey: z.string().optional().describe("Instead of Basic authorisation"),
};
const properties = json.optional();

const bodies = {
  track: z.looseObject({ ...who, event: z.string().max(255), properties }),
  identify: z.looseObject({ ...who, traits: json.optional() }),
  page: z.looseObject({ ...who, name: z.string().max(255).optional(), category: z.string().max(255).optional(), properties }),
  screen: z.looseObject({ ...who, name: z.string().max(255).optional(), properties }),
  group: z.looseObject({ ...who, groupId: z.string().max(255), traits: json.optional() }),
  alias: z.looseObject({ ...who, previousId: z.string().max(255) }),
};
const batch = z.looseObject({
  batch: z.array(z.looseObject({ type: z.enum(["track", "identify", "page", "screen", "group", "alias"]) })).max(500),
  context: json.optional(),
  sentAt: who.sentAt,
  writeKey: who.writeKey,
});
const posthog = z.looseObject({
  api_key: z.string(),
  sent_at: z.string().optional(),
  batch: z
    .array(
      z.looseObject({
        event: z.string().max(255),
        distinct_id: z.string().max(255),
        properties,
        timestamp: z.string().optional(),
        uuid: z.string().optional(),
      }),
    )
    .max(500),
});
const sensors = z.object({
  data: z.string().optional().describe("base64 of one JSON event"),
  data_list: z.string().optional().describe("base64 of a JSON array of events, gzipped when gzip=1"),
  gzip: z.enum(["0", "1"]).optional(),
  ext: z.string().optional().describe("crc=<Java String.hashCode of the base64 text>"),
});
const sensorsQuery = z.object({
  project: z.string().optional(),
  token: z.string().optional().describe("The write key"),
  data: z.string().optional(),
  data_list: z.string().optional(),
  ext: z.string().optional(),
  gzip: z.string().optional(),
});

/** The answer to accepted events: the good ones are committed, the bad ones are in quarantine and listed here. */
export const acceptedResponse = z.looseObject({
  success: z.literal(true).optional(),
  accepted: z.number().int(),
  rejected: z.array(
    z.looseObject({ index: z.number().int(), code: z.string(), field: z.string().optional(), detail: z.string().optional() }),
  ),
});

const LIMITS = "Up to 32 KB an event and 500 events or 4 MB a batch; gzip is understood. Answered when every good event is committed.";

function segmentCall(call: keyof typeof bodies, summary: string): CollectOperation {
  return {
    id: `segment_${call}`,
    summary,
    description: `Segment HTTP API. ${LIMITS}`,
    method: "POST",
    path: `/v1/${call}`,
    key: "basic",
    bodies: { "application/json": bodies[call] },
    response: acceptedResponse,
  };
}

export const collectOperations: readonly CollectOperation[] = [
  segmentCall("track", "Something a person did"),
  segmentCall("identify", "Who a person is, and their traits"),
  segmentCall("page", "A page a person saw"),
  segmentCall("screen", "An app screen a person saw"),
  segmentCall("group", "A group a person belongs to"),
  segmentCall("alias", "Two ids are the same person"),
  {
    id: "segment_batch",
    summary: "Many calls at once",
    description: `Segment and RudderStack SDKs. ${LIMITS}`,
    method: "POST",
    path: "/v1/batch",
    key: "basic",
    bodies: { "application/json": batch },
    response: acceptedResponse,
  },
  {
    id: "posthog_batch",
    summary: "Events of PostHog SDKs",
    description: `PostHog capture. The api_key is the write key. ${LIMITS}`,
    method: "POST",
    path: "/batch/",
    key: "body",
    bodies: { "application/json": posthog },
    response: acceptedResponse,
  },
  {
    id: "sensors_post",
    summary: "Events of Sensors Data (神策) SDKs",
    description: `The write key is the query's token. ${LIMITS}`,
    method: "POST",
    path: "/sa",
    key: "query",
    query: sensorsQuery,
    bodies: { "application/x-www-form-urlencoded": sensors },
    response: "text",
  },
  {
    id: "sensors_image",
    summary: "One Sensors Data event as an image request",
    description: "For pages that send by an image; the answer is a transparent pixel.",
    method: "GET",
    path: "/sa.gif",
    key: "query",
    query: sensorsQuery,
    bodies: {},
    response: "gif",
  },
  {
    id: "sensors_debug",
    summary: "Check Sensors Data events",
    description: "Debug mode of the SDKs: answers what is wrong with each event; with the header `Dry-Run: true` nothing is stored.",
    method: "POST",
    path: "/debug",
    key: "query",
    query: sensorsQuery,
    bodies: { "application/x-www-form-urlencoded": sensors },
    response: z.looseObject({
      valid: z.boolean(),
      dry_run: z.boolean(),
      accepted: z.number().int(),
      rejected: acceptedResponse.shape.rejected,
    }),
  },
];
