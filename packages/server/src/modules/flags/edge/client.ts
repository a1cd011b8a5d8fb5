import type { FastifyRequest } from "fastify";
import { faultError } from "../../../platform/http/fault-error.ts";
import { createTokenBuckets } from "../../../platform/http/token-bucket.ts";
import type { FlagDeps } from "../flag-deps.ts";
import type { EvaluateDeps } from "../live/evaluate-for.ts";
import type { LiveFeatures } from "../live/live-features.ts";
import type { Client, Subscriptions } from "./subscriptions.ts";

const KEY_LENGTH_MAX = 200;
const BURST_SECONDS = 10;

export type EdgeDeps = EvaluateDeps & Pick<FlagDeps, "findWriteKey" | "writeKeyLimit" | "log"> & { readonly live: LiveFeatures };
export type FlagEdge = EvaluateDeps & {
  readonly live: LiveFeatures;
  readonly subscriptions: Subscriptions;
  /** Finds whose key it is and lets it in, or throws `key.missing`, `key.unknown`, `rate.limited`. */
  readonly admit: (key: string | undefined) => Promise<Client>;
};

/** Lets requests in by their key, so many a second. */
export function createAdmit({ findWriteKey, writeKeyLimit, live, nowMs }: EdgeDeps): FlagEdge["admit"] {
  const buckets =
    writeKeyLimit === undefined
      ? undefined
      : createTokenBuckets({ perSecond: writeKeyLimit.eventsPerSecond, burst: writeKeyLimit.eventsPerSecond * BURST_SECONDS }, nowMs);
  return async (key) => {
    if (key === undefined || key === "") throw faultError("key.missing", { field: "key", mend: "Send the workspace's write key" });
    const owner = key.length > KEY_LENGTH_MAX ? null : await findWriteKey(key);
    if (owner === null || owner === undefined)
      throw faultError("key.unknown", { field: "key", mend: "Check the write key: it may have been revoked, or be a secret key" });
    const retryAfterSeconds = buckets?.take(owner.keyId) ?? 0;
    if (retryAfterSeconds > 0) {
      writeKeyLimit?.refused(1);
      throw faultError("rate.limited", { retryAfterSeconds, mend: "Ask again after the time in Retry-After" });
    }
    const { workspaceId, keyId } = owner;
    return { workspaceId, environment: await live.environmentOf(workspaceId, keyId), key, keyId };
  };
}

/** Whether a client has what carries this tag already. */
export function isKnownTag(request: FastifyRequest, tag: string): boolean {
  const header = request.headers["if-none-match"];
  return header !== undefined && header.split(",").some((one) => one.trim().replace(/^W\//, "") === `"${tag}"`);
}
