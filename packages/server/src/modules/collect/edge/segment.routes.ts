import { isJsonObject, type JsonObject } from "@terrace/domain/json";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultError, faultErrorOf } from "../../../platform/http/fault-error.ts";
import { answerPreflight } from "./cross-origin.ts";
import type { Edge } from "./edge-deps.ts";
import { parseJson, textOfBytes, unpack } from "./read-body.ts";
import { describeRejected, takeItems, type Receipt } from "./take-items.ts";
import { authenticate, keyInHeader, queryOf } from "./write-key.ts";

const CALLS = ["track", "identify", "page", "screen", "group", "alias"] as const;

/** The Segment HTTP API: one call per path, and batches. */
export function registerSegmentRoutes(scope: FastifyInstance, edge: Edge): void {
  for (const type of CALLS) post(scope, `/v1/${type}`, (request, reply) => takeCall(edge, type, request, reply));
  for (const path of ["/v1/batch", "/v1/import"]) post(scope, path, (request, reply) => takeBatch(edge, request, reply));
}

/** Registers a path with and without a trailing slash, and its preflight. */
export function post(scope: FastifyInstance, path: string, run: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): void {
  for (const url of [path, `${path}/`]) {
    scope.post(url, run);
    scope.options(url, answerPreflight);
  }
}

/** A request body as JSON, with its size unpacked. */
export async function readJson(request: FastifyRequest): Promise<{ readonly body: unknown; readonly bytes: number }> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const bytes = await unpack(raw, request.headers["content-encoding"]);
  return { body: parseJson(textOfBytes(bytes)), bytes: bytes.length };
}

function objectBody(body: unknown): JsonObject {
  if (isJsonObject(body)) return body;
  throw faultError("request.malformed", { mend: "Send a JSON object" });
}

async function takeCall(edge: Edge, type: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { body, bytes } = await readJson(request);
  const { writeKey, ...item } = objectBody(body);
  const owner = await authenticate(edge, [keyInHeader(request), writeKey, queryOf(request, "writeKey")]);
  const receipt = await takeItems(edge, request, { source: "segment", owner, items: [{ ...item, type }], bytes, sentAt: item["sentAt"] });
  const rejected = receipt.rejected[0]?.fault;
  if (rejected !== undefined) throw faultErrorOf(rejected);
  return answer(reply, receipt);
}

async function takeBatch(edge: Edge, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { body, bytes } = await readJson(request);
  const { batch, writeKey, sentAt, context } = objectBody(body);
  const owner = await authenticate(edge, [keyInHeader(request), writeKey, queryOf(request, "writeKey")]);
  if (!Array.isArray(batch)) throw faultError("request.invalid", { field: "batch", mend: "Send batch as a list of events" });
  const receipt = await takeItems(edge, request, {
    source: "segment",
    owner,
    items: batch,
    bytes,
    sentAt,
    batchContext: isJsonObject(context) ? context : undefined,
  });
  return answer(reply, receipt);
}

function answer(reply: FastifyReply, receipt: Receipt): FastifyReply {
  return reply.send({ success: true, accepted: receipt.accepted, rejected: describeRejected(receipt) });
}
