import { isJsonObject, type Json, type JsonObject } from "@terrace/domain/json";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { createKeptAgents } from "../../../platform/outbound/kept-agents.ts";
import { OutboundRefused } from "../../../platform/outbound/outbound-refused.ts";
import type { Outbound, OutboundRequest } from "../../../platform/outbound/outbound.ts";
import { refused, retry, unknown } from "./adapter.ts";

/** What a provider answered, whatever its status. */
export type Answer = { readonly status: number; readonly body: string; readonly retryAfterMs: number | undefined };
/** Calls a provider once. `failed` tells whether it may have been heard. */
export type ProviderCall = (
  address: string,
  request: Readonly<Partial<Pick<OutboundRequest, "method" | "headers" | "body">>>,
  signal: AbortSignal,
) => Promise<{ readonly answer: Answer } | { readonly failed: SendOutcome }>;

const ANSWER_WITHIN_MS = 20_000;
const ANSWER_BYTES_MAX = 256_000;
const RETRY_AFTER_SECONDS_MAX = 3_600;
/** What no request can carry, such as a header with other letters than those of English. */
const NOT_A_REQUEST = /^ERR_(?:INVALID_|HTTP_|UNESCAPED_)/;

/** Calls go to judged addresses over connections that are used again. Trouble is an outcome; its words are left out, for they may hold addresses. */
export function createProviderCall(outbound: Pick<Outbound, "text">): ProviderCall {
  const agents = createKeptAgents();
  return async (address, request, signal) => {
    let begun = false;
    try {
      const { status, text, header } = await outbound.text(address, {
        ...request,
        signal,
        agents,
        onBegun: () => (begun = true),
        redirect: "manual",
        timeoutMs: ANSWER_WITHIN_MS,
        maxBytes: ANSWER_BYTES_MAX,
      });
      return {
        answer: { status, body: text, retryAfterMs: waitOf(header("retry-after")) },
      };
    } catch (error) {
      return { failed: begun ? afterwards(error) : before(error, signal) };
    }
  };
}

/** No connection stood yet, so nothing was heard: it may be handed over again, unless it could never be said. */
function before(error: unknown, signal: AbortSignal): SendOutcome {
  const code = codeOf(error, signal.aborted ? "late" : "lost");
  return NOT_A_REQUEST.test(code) ? refused(code) : retry(code);
}

/** It may have been heard. */
function afterwards(error: unknown): SendOutcome {
  return unknown(codeOf(error, "lost"));
}

function codeOf(error: unknown, otherwise: string): string {
  return error instanceof OutboundRefused ? error.code : (textField(error, "code") ?? otherwise);
}

/**
 * What an HTTP status alone says: undefined for success. Too many requests and a key that is not taken are judged before a message is, so it was certainly
 * not taken; a fault of the other side, or of something between, leaves that open.
 */
export function byStatus({ status, retryAfterMs }: Answer, prefix: string): SendOutcome | undefined {
  const code = `${prefix}_http_${status}`;
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return retry(code, retryAfterMs ?? 60_000);
  if (status === 401 || status === 403 || status === 407) return retry(code, 60_000);
  return status >= 500 ? unknown(code) : refused(code);
}

function waitOf(header: string | undefined): number | undefined {
  const seconds = header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : undefined;
  return seconds === undefined ? undefined : Math.min(seconds, RETRY_AFTER_SECONDS_MAX) * 1_000;
}

/** A JSON answer as an object; undefined when it is none. */
export function objectIn(body: string): JsonObject | undefined {
  try {
    const parsed = JSON.parse(body) as Json;
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    // What is no JSON has no fields.
    return undefined;
  }
}

/** A field by its path, such as `Response.Error.Code` or `messages.0.id`. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path.split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = isJsonObject(at) ? at[name] : at[Number(name)];
  }
  return at;
}

/** The same as text; empty when there is none. */
export function textAt(value: Json | undefined, path: string): string {
  const found = valueAt(value, path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

function textField(error: unknown, name: string): string | undefined {
  const value: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : undefined;
}
