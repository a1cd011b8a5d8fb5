/** Kinds of ids by which people are known. */
export type IdentityKind = "user_id" | "member_no" | "unionid" | "phone" | "email" | "openid" | "anonymous_id";

/** Somebody by one of their ids; `person` is an id that Terrace gave. */
export type Who =
  { readonly userId: string } | { readonly anonymousId: string } | { readonly kind: IdentityKind | "person"; readonly value: string };

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What somebody is in right now. */
export type PersonNow = {
  readonly id: string;
  readonly segments: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: "snapshot" | "rule" | "list" | "combination";
    /** False while members of a segment by rule are still being found, or looked through once more. */
    readonly live: boolean;
  }[];
  readonly tags: readonly string[];
  /** Lifecycle stage, value layer and own classes that they have a value of. */
  readonly classes: readonly { readonly key: string; readonly name: string; readonly value: string; readonly valueName: string }[];
  /** Those asked for that they have and the key sees; personal ones are masked. */
  readonly traits: Readonly<Record<string, Json>>;
};

export type LookupOptions = {
  readonly host: string;
  /** A secret key (`ts_…`) with the scope people:read. Never in a browser. */
  readonly secretKey: string;
  /** Time one call may take, repeats and pauses counted; default 1,000 ms. */
  readonly timeoutMs?: number;
  /** Attempts of one call; default 3. */
  readonly attemptsMax?: number;
};

export type LookupCall = { readonly traits?: readonly string[]; readonly signal?: AbortSignal };
export type Lookup = {
  /** What somebody is in now, null when nobody has the id. Rejects with `LookupError` when there is no answer in time, or Terrace refuses. */
  readonly person: (who: Who, call?: LookupCall) => Promise<PersonNow | null>;
};

/** `code` is that of Terrace (`key.scope_missing`, `rate.limited` …), `timeout`, or `unreachable`; `status` is 0 where there was no answer. */
export class LookupError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(message: string, { code, status, cause }: { readonly code: string; readonly status: number; readonly cause?: unknown }) {
    super(message, { cause });
    this.name = "LookupError";
    this.code = code;
    this.status = status;
  }
}

const FIRST_PAUSE_MS = 25;
const NOT_FOUND = "person.not_found";

/** Asks Terrace about people from a server, at every request if need be. Connections are kept. */
export function createLookup({ host, secretKey, timeoutMs = 1_000, attemptsMax = 3 }: LookupOptions): Lookup {
  const headers = { authorization: `Bearer ${secretKey}` };
  return {
    person: async (who, { traits = [], signal } = {}) => {
      const url = addressOf(host, who, traits);
      const late = AbortSignal.timeout(timeoutMs);
      const ends = signal === undefined ? late : AbortSignal.any([late, signal]);
      for (let attempt = 1; ; attempt += 1) {
        const answer = await ask(url, headers, ends);
        if (!(answer instanceof LookupError)) return answer;
        signal?.throwIfAborted();
        if (late.aborted) throw new LookupError(`no answer within ${timeoutMs} ms`, { code: "timeout", status: 0, cause: answer });
        if (answer.code === NOT_FOUND) return null;
        if (!mayPass(answer.status) || attempt >= attemptsMax) throw answer;
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), ends);
      }
    },
  };
}

function addressOf(host: string, who: Who, traits: readonly string[]): URL {
  const url = new URL("/api/workspaces/current/person/now", host);
  const [kind, value] =
    "userId" in who ? ["user_id", who.userId] : "anonymousId" in who ? ["anonymous_id", who.anonymousId] : [who.kind, who.value];
  url.searchParams.set("kind", kind);
  url.searchParams.set("value", value);
  if (traits.length > 0) url.searchParams.set("traits", traits.join(","));
  return url;
}

async function ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<PersonNow | LookupError> {
  try {
    const answer = await fetch(url, { headers, signal });
    // What stands between may answer pages of its own.
    const body: unknown = answer.headers.get("content-type")?.includes("json") === true ? await answer.json() : await answer.text();
    // Of the shape that the API's contract declares; a test holds the two to each other.
    return answer.ok ? (body as PersonNow) : refusal(answer.status, body);
  } catch (cause) {
    return new LookupError("Terrace could not be reached", { code: "unreachable", status: 0, cause });
  }
}

function refusal(status: number, body: unknown): LookupError {
  const error = isObject(body) && isObject(body["error"]) ? body["error"] : {};
  const { code, message, mend } = error;
  const text = [message, mend].filter((part) => typeof part === "string").join(" ");
  return new LookupError(text === "" ? `Terrace answered ${status}` : text, { code: typeof code === "string" ? code : "unknown", status });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Whether the same request can succeed a moment later. */
function mayPass(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Ends early when there is no time left. */
function pause(forMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, forMs);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
