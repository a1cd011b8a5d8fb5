import type { VirtualEvent, VirtualMatcher } from "@terrace/domain/event/virtual-event";

/** Why Terrace said no: a code it gave, or nothing when the page may not even read the answer. */
export type Refusal = { readonly code: string; readonly message: string };
type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export type OverlayApi = {
  readonly start: () => Promise<Answer<{ readonly workspace: string; readonly events: readonly VirtualEvent[] }>>;
  readonly count: (matchers: readonly VirtualMatcher[]) => Promise<Answer<{ readonly counts: readonly number[] }>>;
  readonly save: (event: VirtualEvent) => Promise<Answer<{ readonly name: string }>>;
};

/** Talks to Terrace with the token of the session; plain text, so that the browser asks without a preflight. */
export function createOverlayApi(host: string, token: string): OverlayApi {
  const ask = async <T>(path: string, body: object): Promise<Answer<T>> => {
    try {
      const answer = await fetch(`${host}/sdk/visual/${path}`, {
        method: "POST",
        headers: { "content-type": "text/plain" },
        credentials: "omit",
        body: JSON.stringify({ ...body, token }),
      });
      const value: unknown = await answer.json();
      // Both shapes are the server's own (overlay.routes, the fault body).
      if (answer.ok) return { ok: true, value: value as T };
      const { error } = value as { error: Refusal & { mend?: string } };
      return { ok: false, refusal: { code: error.code, message: error.mend ?? error.message } };
    } catch (error) {
      return { ok: false, refusal: { code: "", message: String(error) } };
    }
  };
  return { start: () => ask("start", {}), count: (matchers) => ask("count", { matchers }), save: (event) => ask("save", event) };
}
