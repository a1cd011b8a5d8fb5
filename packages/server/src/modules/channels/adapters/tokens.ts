import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { createGenerationCache } from "../../../platform/generation-cache.ts";
import { sharingNext } from "../../../platform/sharing-next.ts";
import { unlessAborted } from "../../../platform/unless-aborted.ts";
import type { OpenedProvider } from "../opened-provider.ts";
import { retry } from "./adapter.ts";

type Token = { readonly token: string } | { readonly failed: SendOutcome };
export type FetchedToken = { readonly token: string; readonly livesMs: number } | { readonly failed: SendOutcome };
/** Access tokens of providers: fetched once for all who need one, kept until shortly before they end. */
export type Tokens<Provider extends OpenedProvider> = {
  /** Nobody waits longer than their own deadline; whoever asks later finds what was fetched meanwhile. */
  readonly of: (provider: Provider, signal: AbortSignal) => Promise<Token>;
  /** After the provider said that it does not take the token any more. */
  readonly forget: (provider: Provider, token: string) => void;
};

type Kept = { readonly version: number; readonly token: string; readonly untilMs: number };
const EARLY_MS = 120_000;
const KEPT_MAX = 200;

export function createTokens<Provider extends OpenedProvider>(
  deps: { readonly nowMs: () => number },
  fetchToken: (provider: Provider) => Promise<FetchedToken>,
): Tokens<Provider> {
  const kept = createGenerationCache<Kept>(KEPT_MAX);
  const asking = new Map<string, Provider>();
  const share = sharingNext(async (key: string): Promise<Token> => {
    const provider = asking.get(key);
    if (provider === undefined) return { failed: retry("token_changed") };
    const known = kept.get(provider.workspaceId, provider.id);
    if (known?.version === provider.version && known.untilMs > deps.nowMs()) return known;
    const fetched = await fetchToken(provider);
    if ("failed" in fetched) return { failed: notSent(fetched.failed) };
    const { token, livesMs } = fetched;
    kept.set(provider.workspaceId, provider.id, {
      version: provider.version,
      token,
      untilMs: deps.nowMs() + Math.max(0, livesMs - EARLY_MS),
    });
    return { token };
  });
  return {
    of: (provider, signal) => {
      const known = kept.get(provider.workspaceId, provider.id);
      if (known?.version === provider.version && known.untilMs > deps.nowMs()) return Promise.resolve(known);
      const key = `${provider.workspaceId}:${provider.id}`;
      asking.set(key, provider);
      return unlessAborted(share(key), signal).catch((error: unknown): Token => {
        if (!signal.aborted) throw error;
        return { failed: retry("token_late") };
      });
    },
    forget: (provider, token) => {
      const known = kept.get(provider.workspaceId, provider.id);
      if (known?.token === token) kept.set(provider.workspaceId, provider.id, { ...known, untilMs: 0 });
    },
  };
}

/** Without a token nothing was handed over, whatever became of asking for one. */
function notSent(failed: SendOutcome): SendOutcome {
  return failed.outcome === "accepted" || failed.outcome === "retry" ? failed : retry(failed.code, 60_000);
}
