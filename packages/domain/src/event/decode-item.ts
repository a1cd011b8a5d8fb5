import { isJsonObject, type JsonObject } from "../json.ts";
import type { DecodeContext, DecodeOutcome } from "./decode-context.ts";
import { decodePosthog } from "./decode-posthog.ts";
import { decodeSegment } from "./decode-segment.ts";
import { decodeSensors } from "./decode-sensors.ts";
import type { EventSource } from "./feed-event.ts";
import { printItem, rejectItem } from "./reject-event.ts";

/** Bytes of one event as UTF-8 JSON text. */
export const EVENT_BYTES_MAX = 32 * 1024;

const DECODERS: { readonly [S in EventSource]: (item: JsonObject, context: DecodeContext) => DecodeOutcome } = {
  segment: decodeSegment,
  import: decodeSegment,
  console: decodeSegment,
  terrace: decodeSegment,
  posthog: decodePosthog,
  sensors: decodeSensors,
};

/** One item of a request, whatever it is: every outcome concerns this item alone. */
export function decodeItem(source: EventSource, item: unknown, context: DecodeContext): DecodeOutcome {
  if (!isJsonObject(item))
    return rejectItem({ source, item }, { code: "event.not_an_object", field: "", mend: "Send each event as a JSON object" }, context);
  if (isTooLarge(item, context.requestBytes)) {
    return rejectItem(
      { source, item, name: item["event"], messageId: item["messageId"] ?? item["uuid"] },
      { code: "event.too_large", field: "", mend: `An event has at most ${EVENT_BYTES_MAX / 1024} KB as JSON` },
      context,
    );
  }
  return DECODERS[source](item, context);
}

function isTooLarge(item: JsonObject, requestBytes: number | undefined): boolean {
  if (requestBytes !== undefined && requestBytes <= EVENT_BYTES_MAX) return false;
  return exceedsBytes(printItem(item), EVENT_BYTES_MAX);
}

/** Whether text takes more than so many bytes as UTF-8. */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  if (text.length > bytesMax) return true;
  if (text.length * 3 <= bytesMax) return false;
  return new TextEncoder().encode(text).length > bytesMax;
}
