import type { FeedEvent, RejectedEvent } from "@terrace/domain/event/feed-event";
import { isJsonObject, type Json } from "@terrace/domain/json";
import type { Fault } from "@terrace/domain/result";
import { hash } from "node:crypto";
import type { Expressions } from "./expressions.ts";
import type { ReceiverRow } from "./receiver.store.ts";

/** Events a post may make, as of one request to collect. */
const ITEMS_MAX = 500;

export type TakeDeps = {
  readonly expressions: Expressions;
  /** Decodes an item of the Segment protocol as collect does. */
  readonly decode: (
    item: string,
    at: { readonly workspaceId: number; readonly receivedAtMs: number },
  ) => {
    readonly events: readonly FeedEvent[];
    readonly rejected: readonly RejectedEvent[];
  };
};

export type PostedCall = {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly atMs: number;
};

/** What a post becomes: events and what goes to quarantine, or why the expression does not fit it. `items` is what the expression gave. */
export type Taken =
  | { readonly events: readonly FeedEvent[]; readonly rejected: readonly RejectedEvent[]; readonly items: readonly Json[] }
  | { readonly fault: Fault };

/** Evaluates a receiver's expression on a post and decodes what it gives. The same post gives the same message ids, so a sender's repeat counts once. */
export async function takePost(
  deps: TakeDeps,
  receiver: Pick<ReceiverRow, "id" | "workspaceId" | "name" | "expression">,
  post: PostedCall,
): Promise<Taken> {
  const body = parsed(post.body);
  if (body === undefined) return { fault: { code: "request.malformed", mend: "Send JSON" } };
  const evaluated = await deps.expressions.evaluate(receiver.expression, { body, headers: post.headers, query: post.query });
  if (!evaluated.ok) return { fault: evaluated.fault };
  const value = JSON.parse(evaluated.value) as Json;
  const items = Array.isArray(value) ? (value as readonly Json[]) : value === null ? [] : [value];
  if (items.length > ITEMS_MAX) return failing(`The expression gives ${items.length} events; at most ${ITEMS_MAX} are taken from one post`);
  const strange = items.findIndex((item) => !isJsonObject(item));
  if (strange >= 0)
    return failing(`Item ${strange + 1} that the expression gives is not an object like {"type": "track", "userId": …, "event": …}`);
  const digest = hash("sha256", post.body, "base64url").slice(0, 27);
  const decoded = items.map((item, index) => {
    const complete = completed(item, receiver.name, `r${receiver.id}-${digest}-${index}`);
    return deps.decode(JSON.stringify(complete), { workspaceId: receiver.workspaceId, receivedAtMs: post.atMs });
  });
  return { events: decoded.flatMap(({ events }) => events), rejected: decoded.flatMap(({ rejected }) => rejected), items };
}

function failing(mend: string): Taken {
  return { fault: { code: "receiver.expression_failed", field: "expression", mend } };
}

function completed(item: Json, receiver: string, messageId: string): Json {
  const given = isJsonObject(item) ? item : {};
  const context = isJsonObject(given["context"]) ? given["context"] : {};
  return { type: "track", messageId, ...given, context: { library: { name: `receiver: ${receiver}` }, ...context } };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
