import { consentClaims, type ConsentClaim } from "@terrace/domain/consent/consent-claims";
import type { FeedEvent } from "@terrace/domain/event/feed-event";
import { createGenerationCache } from "../../platform/generation-cache.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { insertFacts, insertImported, keyOf, type ImportedFact, type NewFact } from "./consent.store.ts";
import { sealText } from "../../platform/sealed-text.ts";

export type ObserveDeps = { readonly privacy: Pick<PrivacyModule, "originId" | "encryptPayload">; readonly nowMs: () => number };

/** Writes what a batch of events says about consent into the ledger, in the transaction that settles the batch; call `committed` after it. */
export type ObserveConsent = (tx: Tx, events: readonly FeedEvent[]) => Promise<{ readonly committed: () => void }>;

const KNOWN_FACTS_MAX = 50_000;
const NOTHING_NEW = { committed: () => undefined };

export function createObserveConsent(deps: ObserveDeps): ObserveConsent {
  // Clients repeat `$consent` on every event; what was written once need not be tried again.
  const known = createGenerationCache<true>(KNOWN_FACTS_MAX);
  return async (tx, events) => {
    const facts = new Map<string, NewFact>();
    const imported: ImportedFact[] = [];
    for (const event of events) {
      const claims = consentClaims(event);
      const [first] = event.ids;
      if (claims.length === 0 || first === undefined) continue;
      const originId = deps.privacy.originId(event.workspaceId, first.kind, first.value);
      for (const claim of claims) {
        const key = keyOf({ ...claim, originId });
        const importId = importOf(event);
        if (importId !== undefined) imported.push({ ...claim, workspaceId: event.workspaceId, originId, importId });
        // An import that was undone may say the same again.
        else if (known.get(event.workspaceId, key) === true) continue;
        if (facts.has(`${event.workspaceId} ${key}`)) continue;
        facts.set(`${event.workspaceId} ${key}`, factOf(deps, { workspaceId: event.workspaceId, originId, actor: "" }, claim));
      }
    }
    if (facts.size === 0) return NOTHING_NEW;
    await insertFacts(tx, [...facts.values()], new Date(deps.nowMs()));
    await insertImported(tx, imported);
    return {
      committed: () => {
        for (const fact of facts.values()) if (fact.source !== "import") known.set(fact.workspaceId, keyOf(fact), true);
      },
    };
  };
}

/** Which import an event is of; undefined for those of other ways. */
function importOf({ source, context }: FeedEvent): string | undefined {
  return source === "import" ? /^import\/(\d+)$/u.exec(context.library)?.[1] : undefined;
}

/** A claim as a line of the ledger, its evidence encrypted. */
export function factOf(
  { privacy }: { readonly privacy: Pick<PrivacyModule, "encryptPayload"> },
  whose: { readonly workspaceId: number; readonly originId: string; readonly actor: string },
  { evidence, ...claim }: ConsentClaim,
): NewFact {
  return { ...whose, ...claim, evidence: sealText(privacy, JSON.stringify(evidence)) };
}
