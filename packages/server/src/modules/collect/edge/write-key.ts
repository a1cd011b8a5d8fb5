import type { FastifyRequest } from "fastify";
import { faultError } from "../../../platform/http/fault-error.ts";
import type { Edge, KeyOwner } from "./edge-deps.ts";

const KEY_LENGTH_MAX = 200;

/** Finds the owner of the first candidate that is a write key. Faults: key.missing when there is no candidate, key.unknown when none is a key. */
export async function authenticate(edge: Edge, candidates: readonly unknown[]): Promise<KeyOwner> {
  const keys = candidates.filter((key): key is string => typeof key === "string" && key !== "" && key.length <= KEY_LENGTH_MAX);
  if (keys.length === 0) throw faultError("key.missing", { field: "writeKey", mend: "Send the workspace's write key" });
  for (const key of new Set(keys)) {
    const owner = await edge.findWriteKey(key);
    if (owner !== undefined && owner !== null) return owner;
  }
  throw faultError("key.unknown", { field: "writeKey", mend: "Check the write key: it may have been revoked, or be a secret key" });
}

/** The user name of Basic authentication (Segment puts the write key there), or the token of Bearer. */
export function keyInHeader(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const basic = /^basic\s+([a-z0-9+/=_-]+)$/i.exec(header);
  if (basic?.[1] !== undefined) return Buffer.from(basic[1], "base64").toString("utf8").split(":")[0];
  return /^bearer\s+(\S+)$/i.exec(header)?.[1];
}

/** A parameter of the query, when given once. */
export function queryOf(request: FastifyRequest, name: string): string | undefined {
  const query: unknown = request.query;
  if (typeof query !== "object" || query === null || !Object.hasOwn(query, name)) return undefined;
  const value: unknown = Reflect.get(query, name);
  return typeof value === "string" ? value : undefined;
}
