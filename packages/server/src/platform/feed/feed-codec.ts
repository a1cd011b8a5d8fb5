import { EMPTY_CONTEXT, type EventContext, type FeedEvent } from "@terrace/domain/event/feed-event";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from "node:zlib";

const compress = promisify(zstdCompress);

/** Payload encryption, given by the privacy module: AES-GCM with a key of this installation. */
export type PayloadCipher = {
  readonly encryptPayload: (bytes: Uint8Array) => Uint8Array;
  readonly decryptPayload: (bytes: Uint8Array) => Uint8Array;
};

/** An event as read from the feed, with its properties as the JSON text they were written as: who only passes them on need not print them again. */
export type ReadEvent = { readonly event: FeedEvent; readonly propertiesText: string };

/** Level 1: on event JSON it is within 10 % of level 3's size at half its time. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 8 * 1024 };
/** Bytes set aside at a time. The library's own 128 KB is many times what most payloads need, and makes the garbage collector run for memory that was never used. */
const DECOMPRESSION = { chunkSize: 64 * 1024 };

/** What an event names that was erased: no workspace has this number. */
export const NOBODYS_WORKSPACE = 0;

/** Distinct contexts remembered; many events of a visit share one. */
const CONTEXTS_MAX = 8_192;

type Header = Omit<FeedEvent, "properties" | "context" | "traits" | "secrets" | "link"> &
  Partial<Pick<FeedEvent, "traits" | "secrets" | "link">>;

/**
 * The feed form of an event: three lines of JSON (what identifies it, its properties, its context), with what is usual left out. JSON text holds no
 * line breaks. Apart, because consumers pass properties on as text and meet the same context many times.
 */
export function printEvent(event: FeedEvent): string {
  const { workspaceId, messageId, dedupKey, source, name, timeMs, receivedAtMs, ids, link, traits, secrets } = event;
  const header: Header = {
    workspaceId,
    messageId,
    ...(dedupKey === undefined ? undefined : { dedupKey }),
    source,
    name,
    timeMs,
    receivedAtMs,
    ids,
    ...(link === "observed" ? undefined : { link }),
    ...(traits.length === 0 ? undefined : { traits }),
    ...(isEmpty(secrets) ? undefined : { secrets }),
  };
  return `${JSON.stringify(header)}\n${JSON.stringify(event.properties)}\n${printContext(event.context)}`;
}

const printed = new WeakMap<EventContext, string>();

function printContext(context: EventContext): string {
  let text = printed.get(context);
  if (text === undefined) {
    text = JSON.stringify(Object.fromEntries(Object.entries(context).filter(([, value]) => value !== "")));
    printed.set(context, text);
  }
  return text;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

const contexts = new Map<string, EventContext>();

/** Equal texts give the same object, so that what is made of a context can be remembered by it. */
function readContext(text: string): EventContext {
  let context = contexts.get(text);
  if (context === undefined) {
    if (contexts.size >= CONTEXTS_MAX) contexts.clear();
    // Written by `printContext` from a context's own fields.
    context = { ...EMPTY_CONTEXT, ...(JSON.parse(text) as Partial<EventContext>) };
    contexts.set(text, context);
  }
  return context;
}

const NO_TRAITS: FeedEvent["traits"] = [];
const NO_SECRETS: FeedEvent["secrets"] = {};

function readEvent(headerText: string, propertiesText: string, contextText: string): ReadEvent {
  // Written by `printEvent` from a checked event, and authenticated by the cipher.
  const {
    workspaceId,
    messageId,
    dedupKey,
    source,
    name,
    timeMs,
    receivedAtMs,
    ids,
    link = "observed",
    traits = NO_TRAITS,
    secrets = NO_SECRETS,
  } = JSON.parse(headerText) as Header;
  const event: FeedEvent = {
    workspaceId,
    messageId,
    ...(dedupKey === undefined ? undefined : { dedupKey }),
    source,
    name,
    timeMs,
    receivedAtMs,
    ids,
    link,
    properties: JSON.parse(propertiesText) as FeedEvent["properties"],
    context: readContext(contextText),
    traits,
    secrets,
  };
  return { event, propertiesText };
}

/** Shorter texts are not compressed: making a compressor costs more than the bytes it saves. */
const COMPRESSED_FROM_BYTES = 4_096;
/** Shorter texts are compressed at once: handing them to another thread and back costs more than the work. */
const THREADED_FROM_BYTES = 48 * 1024;
/** First byte of a zstd frame; the text of an event starts with `{`. */
const ZSTD_FIRST_BYTE = 0x28;

async function pack(text: Buffer): Promise<Buffer> {
  if (text.length < COMPRESSED_FROM_BYTES) return text;
  return text.length < THREADED_FROM_BYTES ? zstdCompressSync(text, COMPRESSION) : await compress(text, COMPRESSION);
}

function unpack(bytes: Uint8Array): Buffer {
  return bytes[0] === ZSTD_FIRST_BYTE
    ? zstdDecompressSync(bytes, DECOMPRESSION)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Turns printed events into one feed payload: lines, zstd unless they are few, encrypted. */
export async function encodePayload(cipher: PayloadCipher, printedEvents: readonly string[]): Promise<Uint8Array> {
  return cipher.encryptPayload(await pack(Buffer.from(printedEvents.join("\n"))));
}

/** Reads a feed payload back. Throws when the payload was not written by this installation's key. */
export function decodePayload(cipher: PayloadCipher, payload: Uint8Array): readonly ReadEvent[] {
  const lines = unpack(cipher.decryptPayload(payload)).toString("utf8").split("\n");
  if (lines.length % 3 !== 0) throw new Error("a feed payload holds three lines per event");
  const events: ReadEvent[] = [];
  for (let at = 0; at < lines.length; at += 3) events.push(readEvent(lines[at] ?? "", lines[at + 1] ?? "", lines[at + 2] ?? ""));
  return events;
}
