import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hash } from "node:crypto";
import { faultError } from "../../platform/http/fault-error.ts";
import { createTokenBuckets } from "../../platform/http/token-bucket.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { insertCall } from "./call.store.ts";
import { isSigned } from "./check-signature.ts";
import type { ReceiverDeps } from "./receiver-deps.ts";
import { findReceiver, type ReceiverRow } from "./receiver.store.ts";
import { takePost, type Taken } from "./take-post.ts";
import { openText, sealText } from "../../platform/sealed-text.ts";

const BODY_BYTES_MAX = 1024 * 1024;
/** Posts to one receiver and process in the long run; ten times as many at once. */
const POSTS_PER_SECOND = 50;
const ERROR_LENGTH_MAX = 500;

/** Registers the public address of receivers. It is answered once the events, or the post that did not fit, are committed. */
export async function registerReceivers(app: FastifyInstance, deps: ReceiverDeps): Promise<void> {
  const buckets = createTokenBuckets({ perSecond: POSTS_PER_SECOND, burst: POSTS_PER_SECOND * 10 }, deps.nowMs);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { token: string } }>("/in/:token", async (request, reply) => {
      const receiver = await findReceiver(deps.db, hash("sha256", request.params.token.slice(0, 100), "buffer"));
      if (receiver === undefined)
        throw faultError("receiver.not_found", { field: "token", mend: "Post to the address that the console shows" });
      if (receiver.state === "paused")
        throw faultError("receiver.paused", { mend: "Start the receiver in the console; send again after that", retryAfterSeconds: 600 });
      const waitSeconds = buckets.take(receiver.id);
      if (waitSeconds > 0)
        throw faultError("rate.limited", {
          retryAfterSeconds: waitSeconds,
          mend: "Send the same post again after the time in Retry-After",
        });
      return answer(reply, await receive(deps, receiver, request));
    });
  });
}

async function receive(deps: ReceiverDeps, receiver: ReceiverRow, request: FastifyRequest): Promise<Taken> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  const secret = receiver.secret === null ? "" : openText(deps.privacy, receiver.secret);
  if (!isSigned(receiver.signature, secret, { body: bytes, header }, deps.nowMs()))
    throw faultError("receiver.signature_wrong", { mend: "Sign the post as the receiver expects, with its secret" });
  const atMs = deps.nowMs();
  const body = bytes.toString("utf8");
  const taken = await takePost(deps, receiver, { body, headers: plainHeaders(request), query: plainQuery(request), atMs });
  // What is no JSON can never fit, so it is refused; everything else is kept until the expression fits it.
  if ("fault" in taken && taken.fault.code === "request.malformed") throw faultError("request.malformed", taken.fault);
  await keep(deps, receiver, { taken, body, atMs });
  return taken;
}

/** Commits what a post became. The events go first: a crash in between costs a line of the log, and a repeat counts once. */
async function keep(
  deps: {
    readonly db: ReceiverDeps["db"];
    readonly privacy: ReceiverDeps["privacy"];
    readonly accept: (events: readonly FeedEvent[], rejected: readonly RejectedEvent[]) => Promise<void>;
  },
  receiver: ReceiverRow,
  { taken, body, atMs }: { readonly taken: Taken; readonly body: string; readonly atMs: number },
): Promise<void> {
  const failed = "fault" in taken;
  if (!failed && taken.events.length + taken.rejected.length > 0) await deps.accept(taken.events, taken.rejected);
  await inTransaction(deps.db, (tx) =>
    insertCall(tx, receiver.workspaceId, receiver.id, {
      at: new Date(atMs),
      state: failed ? "failed" : "accepted",
      accepted: failed ? 0 : taken.events.length,
      rejected: failed ? 0 : taken.rejected.length,
      error: failed ? (taken.fault.mend ?? taken.fault.code).slice(0, ERROR_LENGTH_MAX) : "",
      body: sealText(deps.privacy, body),
    }),
  );
}

/** A post that was kept is answered with success, so that its sender does not repeat it: it is an operator's turn now. */
function answer(reply: FastifyReply, taken: Taken): FastifyReply {
  if ("fault" in taken)
    return reply.code(202).send({ success: true, accepted: 0, kept: true, problem: taken.fault.mend ?? taken.fault.code });
  return reply.send({
    success: true,
    accepted: taken.events.length,
    rejected: taken.rejected.map(({ code, field, detail }) => ({ code, field, detail })),
  });
}

/** What an expression may look at; credentials are nobody's business. */
function plainHeaders({ headers }: FastifyRequest): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && !["authorization", "cookie"].includes(name) ? [[name, value] as const] : [],
  );
  return Object.fromEntries(entries);
}

function plainQuery({ query }: FastifyRequest): Readonly<Record<string, string>> {
  const entries = Object.entries(typeof query === "object" && query !== null ? query : {}).flatMap(
    ([name, value]: readonly [string, unknown]) => (typeof value === "string" ? [[name, value] as const] : []),
  );
  return Object.fromEntries(entries);
}
