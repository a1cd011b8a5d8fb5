import { isJsonObject, type JsonObject } from "@terrace/domain/json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Edge } from "./edge-deps.ts";
import { parseJson, textOfBytes, unpack } from "./read-body.ts";
import { formOf } from "./sensors-form.ts";
import { post } from "./segment.routes.ts";
import { describeRejected, takeItems } from "./take-items.ts";
import { authenticate, keyInHeader, queryOf } from "./write-key.ts";

/** PostHog's capture API: batches of server SDKs, and the paths of browser SDKs. */
export function registerPosthogRoutes(scope: FastifyInstance, edge: Edge): void {
  for (const path of ["/batch", "/capture", "/e", "/i/v0/e"]) post(scope, path, (request, reply) => takeCapture(edge, request, reply));
}

async function takeCapture(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { body, bytes } = await readCapture(request);
  const envelope: JsonObject = isJsonObject(body) ? body : {};
  const items = itemsOf(body);
  const first = items.find(isJsonObject) ?? {};
  const properties = isJsonObject(first["properties"]) ? first["properties"] : {};
  const owner = await authenticate(edge, [
    envelope["api_key"],
    envelope["token"],
    first["api_key"],
    first["token"],
    properties["token"],
    queryOf(request, "token"),
    queryOf(request, "api_key"),
    keyInHeader(request),
  ]);
  const receipt = await takeItems(edge, request, {
    source: "posthog",
    owner,
    items: items.map(withoutKey),
    bytes,
    sentAt: envelope["sent_at"] ?? queryOf(request, "_"),
  });
  return reply.send({ status: "Ok", accepted: receipt.accepted, rejected: describeRejected(receipt) });
}

/** A list, `{ batch: [] }`, `{ data: [] }`, or one event. */
function itemsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (!isJsonObject(body)) throw faultError("request.malformed", { mend: "Send a JSON object or a list" });
  const { batch, data } = body;
  if (Array.isArray(batch)) return batch;
  if (batch !== undefined) throw faultError("request.invalid", { field: "batch", mend: "Send batch as a list of events" });
  return Array.isArray(data) ? data : [body];
}

/** Keys do not belong in quarantine. */
function withoutKey(item: unknown): unknown {
  if (!isJsonObject(item) || !(Object.hasOwn(item, "api_key") || Object.hasOwn(item, "token"))) return item;
  const { api_key: _key, token: _token, ...rest } = item;
  return rest;
}

/** JSON, packed or not; browsers also send a form whose `data` is base64. */
async function readCapture(request: FastifyRequest): Promise<{ readonly body: unknown; readonly bytes: number }> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const unpacked = await unpack(raw, request.headers["content-encoding"]);
  const text = textOfBytes(unpacked);
  if (!text.startsWith("data=")) return { body: parseJson(text), bytes: unpacked.length };
  const data = await unpack(Buffer.from(formOf(text).get("data") ?? "", "base64"), undefined);
  return { body: parseJson(textOfBytes(data)), bytes: data.length };
}
