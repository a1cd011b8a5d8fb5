import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Payload encryption, given by the privacy module: AES-GCM with a key of this installation. */
export type PayloadCipher = { readonly encryptPayload: (bytes: Uint8Array) => Uint8Array; readonly decryptPayload: (bytes: Uint8Array) => Uint8Array };

/** Level 1: on event JSON it is within 10 % of level 3's size at half its time. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Turns the JSON texts of events into one feed payload: JSON array, zstd, encrypted. */
export async function encodePayload(cipher: PayloadCipher, events: readonly string[]): Promise<Uint8Array> {
  return cipher.encryptPayload(await compress(Buffer.from(`[${events.join(",")}]`), COMPRESSION));
}

/** Reads a feed payload back. Throws when the payload was not written by this installation's key. */
export async function decodePayload(cipher: PayloadCipher, payload: Uint8Array): Promise<readonly FeedEvent[]> {
  const text = (await decompress(cipher.decryptPayload(payload))).toString("utf8");
  // Written by `encodePayload` from parsed events only, and authenticated by the cipher.
  return JSON.parse(text) as FeedEvent[];
}
