import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, gunzipSync, inflate } from "node:zlib";
import { faultError } from "../../../platform/http/fault-error.ts";

/** Bytes of a request, as sent and as unpacked. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Small bodies are unpacked at once: handing them to another thread costs more than the work. */
const INLINE_BYTES_MAX = 8 * 1024;
const BOUND = { maxOutputLength: BODY_BYTES_MAX };

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) };

/** The bytes behind a content encoding; gzip is also recognised by its first bytes. Faults: request.too_large, request.malformed, request.unsupported_media_type. */
export async function unpack(raw: Buffer, contentEncoding: string | undefined): Promise<Buffer> {
  const encoding = (contentEncoding ?? "").trim().toLowerCase();
  if (isGzip(raw)) return raw.length <= INLINE_BYTES_MAX ? unpackInline(raw) : await unpackWith("gzip", raw);
  // A proxy may have unpacked the body and left the header.
  if (encoding === "" || encoding === "identity" || encoding === "gzip" || encoding === "x-gzip") return raw;
  if (encoding === "deflate" || encoding === "br") return await unpackWith(encoding, raw);
  throw faultError("request.unsupported_media_type", { field: "content-encoding", mend: "Send gzip, deflate, br or nothing" });
}

function isGzip(raw: Buffer): boolean {
  return raw.length > 2 && raw[0] === 0x1f && raw[1] === 0x8b;
}

function unpackInline(raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, BOUND);
  } catch (error) {
    throw unpackFault(error);
  }
}

async function unpackWith(encoding: keyof typeof unpackers, raw: Buffer): Promise<Buffer> {
  try {
    return await unpackers[encoding](raw, BOUND);
  } catch (error) {
    throw unpackFault(error);
  }
}

function unpackFault(error: unknown): Error {
  if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
    return faultError("request.too_large", { mend: `Send at most ${BODY_BYTES_MAX / 1024 / 1024} MB, unpacked, in one request` });
  return faultError("request.malformed", { mend: "The compressed body cannot be unpacked" });
}

/** Bytes as text. Fault `request.malformed` unless they are UTF-8: guessing another encoding would store garbage. */
export function textOfBytes(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw faultError("request.malformed", { mend: "Send UTF-8" });
  const text = bytes.toString("utf8");
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** A number of more digits than a double holds; inside text this matches too and costs only time. */
const LONG_NUMBER = /[:,[\s]-?\d{16,}/;
/** A whole string, a string that never ends (to the end of the text, so that nothing is searched twice), or a long whole number outside strings. */
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|"[^]*|(?<=[:,[\s])-?\d{16,40}(?!\d)(?=\s*[,}\]])/g;

/** Parses JSON; whole numbers beyond 2^53 become text with all their digits, because as numbers they would change. Fault `request.malformed`. */
export function parseJson(text: string): unknown {
  if (text.length > NESTING_CHECKED_FROM && nestsDeeperThan(text, NESTING_MAX))
    throw faultError("request.malformed", { mend: `Nest at most ${NESTING_MAX} levels` });
  try {
    return JSON.parse(LONG_NUMBER.test(text) ? text.replace(STRING_OR_LONG_NUMBER, quoteInexact) : text);
  } catch (error) {
    throw faultError("request.malformed", {
      mend: `The body is not JSON: ${error instanceof Error ? error.message.slice(0, 80).replaceAll(/[^ -~]/g, "?") : ""}`,
    });
  }
}

/** Parsing a million levels takes a second, during which nothing else is served; in a smaller text there is no room for harm. */
const NESTING_CHECKED_FROM = 256 * 1024;
const NESTING_MAX = 20_000;

function nestsDeeperThan(text: string, levelsMax: number): boolean {
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34) at = endOfString(text, at);
    else if (code === 91 || code === 123) {
      level += 1;
      if (level > levelsMax) return true;
    } else if (code === 93 || code === 125) level -= 1;
  }
  return false;
}

/** Place of the quote that ends the string beginning at `from`, or the end of the text. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = at;
    while (text.charCodeAt(escapes - 1) === 92) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at;
  }
  return text.length;
}

function quoteInexact(found: string): string {
  return found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${found}"`;
}
