import { request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { TLSSocket } from "node:tls";
import type { AllowedPlace } from "./allow-list.ts";
import type { KeptAgents } from "./kept-agents.ts";
import { pinnedLookup, reachableAddresses } from "./guarded-lookup.ts";
import { OutboundRefused } from "./outbound-refused.ts";
import { unlessAborted } from "../unless-aborted.ts";

const REDIRECTS_MAX = 5;
/** Answers that carry no body, for which `Response` takes none. */
const BODILESS = new Set([204, 205, 304]);
/** After these the request is repeated as a GET without its body; after 307 and 308 as it was. */
const BECOMES_GET = new Set([301, 302, 303]);
/** Carried to another origin, too; every other header was meant for the first one and may be a key. */
const PLAIN_HEADERS = /^(?:accept|accept-.*|content-.*|user-agent)$/i;

export type OutboundRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the first connection to the last byte of the answer; default 30 s. */
  readonly timeoutMs?: number;
  /** Largest answer; default 10 MB. The body breaks off with `outbound.too_large` beyond it. */
  readonly maxBytes?: number;
  /** `manual` answers a redirect as it is; `follow` (default) judges every further address anew. */
  readonly redirect?: "follow" | "manual";
  readonly signal?: AbortSignal;
  /** Gives connections that are used again, to the judged addresses alone; without it every call has its own. */
  readonly agents?: KeptAgents;
  /** Told when a connection stands: before, nothing can have been heard, whatever is thrown. */
  readonly onBegun?: () => void;
};

const TIMEOUT_MS = 30_000;
const BYTES_MAX = 10_000_000;

/**
 * Fetches an address that a person entered, without letting them reach what is not public. The name is looked up once, judged, and the
 * connection goes to the judged address. Answers every status; throws `OutboundRefused` for what is not allowed, and the socket's error
 * when the other side does not answer.
 */
export async function guardedFetch(address: string, request: OutboundRequest, allowed: readonly AllowedPlace[]): Promise<Response> {
  const deadline = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
  const limited = { ...request, signal };
  try {
    return toResponse(await follow(address, limited, allowed), limited);
  } catch (error) {
    throw inWords(error, signal, request);
  }
}

/** What was answered, read to its end. */
export type TextAnswer = { readonly status: number; readonly header: (name: string) => string | undefined; readonly text: string };

/** As `guardedFetch`, with the whole answer as text: without streams between, for those who call often. */
export async function guardedText(address: string, request: OutboundRequest, allowed: readonly AllowedPlace[]): Promise<TextAnswer> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const late = setTimeout(() => stopping.abort(new DOMException("late", "TimeoutError")), request.timeoutMs ?? TIMEOUT_MS);
  const stop = (): void => stopping.abort(request.signal?.reason);
  if (request.signal?.aborted === true) stop();
  else request.signal?.addEventListener("abort", stop, { once: true });
  try {
    const answer = await follow(address, { ...request, signal }, allowed);
    const text = await readText(answer, request.maxBytes ?? BYTES_MAX);
    const header = (name: string): string | undefined => answer.headersDistinct[name]?.join(", ");
    return { status: answer.statusCode ?? 502, header, text };
  } catch (error) {
    throw inWords(error, signal, request);
  } finally {
    clearTimeout(late);
    request.signal?.removeEventListener("abort", stop);
  }
}

function readText(answer: IncomingMessage, bytesMax: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) answer.destroy(new OutboundRefused("outbound.too_large", String(bytesMax)));
      else chunks.push(chunk);
    });
    answer.once("error", reject);
    answer.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    // Comes last; after either of the others it changes nothing.
    answer.once("close", () => reject(new Error("the answer was cut off")));
  });
}

/** A deadline that passed says how long it was; everything else stays as it is. */
function inWords(error: unknown, signal: AbortSignal | undefined, request: OutboundRequest): unknown {
  const late = signal?.aborted === true && signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  return late ? new OutboundRefused("outbound.timed_out", String(request.timeoutMs ?? TIMEOUT_MS), error) : error;
}

async function follow(first: string, given: OutboundRequest, allowed: readonly AllowedPlace[]): Promise<IncomingMessage> {
  let address = readAddress(first);
  let request = given;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const answer = await send(address, request, allowed);
    const status = answer.statusCode ?? 0;
    const location = status >= 300 && status < 400 && status !== 304 ? answer.headers.location : undefined;
    if (location === undefined || request.redirect === "manual") return answer;
    answer.destroy();
    const next = readAddress(location, address);
    request = redirected(request, status, next.origin === address.origin);
    address = next;
  }
  throw new OutboundRefused("outbound.too_many_redirects", first);
}

function readAddress(text: string, base?: URL): URL {
  const parsed = URL.parse(text, base);
  if (parsed === null || !["http:", "https:"].includes(parsed.protocol) || parsed.username !== "" || parsed.password !== "")
    throw new OutboundRefused("outbound.bad_url", text);
  return parsed;
}

function redirected(request: OutboundRequest, status: number, sameOrigin: boolean): OutboundRequest {
  const { body, method, headers = {}, ...rest } = request;
  const asGet = BECOMES_GET.has(status) && method !== "HEAD";
  const kept = Object.entries(headers).filter(
    ([name]) => (sameOrigin || PLAIN_HEADERS.test(name)) && !(asGet && name.toLowerCase().startsWith("content-")),
  );
  return {
    ...rest,
    headers: Object.fromEntries(kept),
    method: asGet ? "GET" : (method ?? "GET"),
    ...(asGet || body === undefined ? {} : { body }),
  };
}

async function send(address: URL, request: OutboundRequest, allowed: readonly AllowedPlace[]): Promise<IncomingMessage> {
  const secure = address.protocol === "https:";
  const port = address.port === "" ? (secure ? 443 : 80) : Number(address.port);
  // A look-up of a name cannot be stopped; whoever waits for it can.
  const addresses = await unlessAborted(reachableAddresses({ host: address.hostname, port }, allowed), request.signal);
  const options: RequestOptions = {
    method: request.method ?? "GET",
    headers: { "accept-encoding": "identity", ...request.headers },
    lookup: pinnedLookup(addresses),
    // A connection that was kept by name would skip the look-up the next time.
    agent: request.agents?.({ secure, host: address.hostname, port }, addresses) ?? false,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? requestHttps : requestHttp)(address, options, resolve);
    outgoing.once("error", reject);
    const { onBegun } = request;
    if (onBegun !== undefined) outgoing.once("socket", (socket) => whenConnected(socket, onBegun));
    outgoing.end(request.body);
  });
}

/** A kept connection stands already; a new secure one when its handshake is over, for nothing is written before. */
function whenConnected(socket: Socket, then: () => void): void {
  if (!socket.connecting) then();
  else socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", then);
}

function toResponse(answer: IncomingMessage, request: OutboundRequest): Response {
  const status = answer.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  if (BODILESS.has(status) || request.method === "HEAD") {
    answer.resume();
    return new Response(null, { status, headers });
  }
  const limited = Readable.from(within(answer, request), { objectMode: false });
  // node's and the web's stream types differ in name only.
  return new Response(Readable.toWeb(limited) as ReadableStream<Uint8Array>, { status, headers });
}

async function* within(answer: AsyncIterable<Buffer>, request: OutboundRequest): AsyncGenerator<Buffer> {
  const limit = request.maxBytes ?? BYTES_MAX;
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      bytes += chunk.length;
      if (bytes > limit) throw new OutboundRefused("outbound.too_large", String(limit));
      yield chunk;
    }
  } catch (error) {
    throw inWords(error, request.signal, request);
  }
}
