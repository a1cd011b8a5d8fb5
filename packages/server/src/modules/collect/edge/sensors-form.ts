import { faultError } from "../../../platform/http/fault-error.ts";
import { parseJson, textOfBytes, unpack } from "./read-body.ts";

/** Fields of a form or query. A space stands for a plus that was not encoded: base64 has pluses and no spaces. */
export function formOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split("&", 64)) {
    const equals = pair.indexOf("=");
    if (equals <= 0) continue;
    const name = decodeField(pair.slice(0, equals));
    if (!fields.has(name)) fields.set(name, decodeField(pair.slice(equals + 1)).replaceAll(" ", "+"));
  }
  return fields;
}

function decodeField(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What a Sensors request carries: its items, and how large they are unpacked. */
export type SensorsPayload = { readonly items: readonly unknown[]; readonly bytes: number };

/** Unpacks `data` or `data_list`: base64, maybe gzip, of one JSON object or a list. Faults: sensors.data_missing, sensors.data_malformed, sensors.crc_mismatch. */
export async function readSensorsForm(form: ReadonlyMap<string, string>): Promise<SensorsPayload> {
  const data = form.get("data_list") ?? form.get("data") ?? "";
  if (data === "") throw faultError("sensors.data_missing", { field: "data", mend: "Send data or data_list" });
  checkCrc(data, form.get("ext"));
  if (form.get("gzip") === "9") throw malformed("Encrypted data (gzip=9) is not supported; switch encryption off in the SDK");
  if (!/^[A-Za-z0-9+/_-]+={0,2}\s*$/.test(data)) throw malformed("The data is not base64");
  const bytes = await unpackData(Buffer.from(data, "base64"));
  return { items: itemsOf(parseData(bytes)), bytes: bytes.length };
}

/** Sensors items from a JSON body. */
export function itemsOf(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

function malformed(mend: string): Error {
  return faultError("sensors.data_malformed", { field: "data", mend });
}

async function unpackData(packed: Buffer): Promise<Buffer> {
  try {
    return await unpack(packed, undefined);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "request.too_large") throw error;
    throw malformed("The data cannot be unpacked");
  }
}

function parseData(bytes: Buffer): unknown {
  try {
    return parseJson(textOfBytes(bytes));
  } catch {
    throw malformed("The data is not base64 of UTF-8 JSON");
  }
}

/** `ext=crc=<n>`: Java's `String.hashCode` of the base64 text. */
function checkCrc(data: string, ext: string | undefined): void {
  const crc = /(?:^|[&?])crc=(-?\d{1,11})/.exec(ext ?? "")?.[1];
  if (crc === undefined || Number(crc) === javaHash(data)) return;
  throw faultError("sensors.crc_mismatch", { field: "ext", mend: "The data was changed on its way: crc is not the hash of the data" });
}

/** Java's `String.hashCode`, signed 32 bits. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
