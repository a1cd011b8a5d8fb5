import type { RouteContract } from "@terrace/contract/route";
import type { z } from "zod";
import { ApiFault } from "./api-fault.ts";

type Part<Name extends string, Schema extends z.ZodType> =
  undefined extends z.input<Schema>
    ? { readonly [Key in Name]?: undefined }
    : Record<string, never> extends z.input<Schema>
      ? { readonly [Key in Name]?: z.input<Schema> }
      : { readonly [Key in Name]: z.input<Schema> };

/** What a route wants: its path parameters, query and body, each only when the contract declares it. */
export type CallInput<C extends RouteContract> = Part<"params", C["params"]> &
  Part<"query", C["query"]> &
  Part<"body", C["body"]> & { readonly signal?: AbortSignal };
/** What a route is called with that is known by its kind only: its types cannot be put together, and the server reads all of it. */
export function looseInput<C extends RouteContract>(input: {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}): CallInput<C> {
  return input as unknown as CallInput<C>;
}
export type CallAnswer<C extends RouteContract> = z.output<C["response"]>;

let csrfToken = "";

/** Keeps the session's token; every change of data sends it along, which another site's page cannot. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** The address of a route with its parameters and query filled in; empty query values are left out. */
export function routeUrl(contract: Pick<RouteContract, "path">, params: unknown, query: unknown): string {
  const values = new Map(Object.entries(params ?? {}));
  const path = contract.path.replaceAll(/:([a-z]+)/gi, (_, name: string) => encodeURIComponent(String(values.get(name) ?? "")));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined && value !== "") search.set(name, String(value));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function isFaultBody(body: unknown): body is { error: ConstructorParameters<typeof ApiFault>[1] } {
  return (
    typeof body === "object" &&
    body !== null &&
    "error" in body &&
    typeof body.error === "object" &&
    body.error !== null &&
    "code" in body.error
  );
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiFault(0, { code: "network", message: "No answer from the server" }, cause);
  }
}

/** Calls one route of the contract. Answers its response as declared; throws `ApiFault` for every other outcome. */
export async function callRoute<C extends RouteContract>(contract: C, input: CallInput<C>): Promise<CallAnswer<C>> {
  return answerOf<C>(await send(routeUrl(contract, input.params, input.query), requestOf(contract, input)));
}

/** Calls a route whose body is bytes; `headers` go with it, e.g. where the bytes belong. */
export async function sendBytes<C extends RouteContract>(
  contract: C,
  input: {
    readonly params: unknown;
    readonly bytes: Blob;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<CallAnswer<C>> {
  const init = requestOf(contract, { signal: input.signal });
  const headers = { ...init.headers, ...input.headers, "content-type": contract.bodyType ?? "application/octet-stream" };
  return answerOf<C>(await send(routeUrl(contract, input.params, undefined), { ...init, headers, body: input.bytes }));
}

function requestOf(
  contract: RouteContract,
  input: { readonly body?: unknown; readonly signal?: AbortSignal },
): RequestInit & { headers: Record<string, string> } {
  const hasBody = input.body !== undefined;
  return {
    method: contract.method,
    credentials: "same-origin",
    headers: {
      accept: "application/json",
      ...(contract.method === "GET" ? {} : { "x-terrace-csrf": csrfToken }),
      ...(hasBody ? { "content-type": "application/json" } : {}),
    },
    ...(hasBody ? { body: JSON.stringify(input.body) } : {}),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  };
}

async function answerOf<C extends RouteContract>(response: Response): Promise<CallAnswer<C>> {
  const body: unknown = await response.json().catch(() => undefined);
  // The server checks every answer against this same contract before it is sent.
  if (response.ok) return body as CallAnswer<C>;
  if (isFaultBody(body)) throw new ApiFault(response.status, body.error);
  throw new ApiFault(response.status, {
    code: response.status === 503 ? "service.unavailable" : "internal.error",
    message: `HTTP ${response.status}`,
  });
}
