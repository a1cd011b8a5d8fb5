import type { RouteHandler } from "../../platform/http/handler.ts";
import type { ConsentDeps } from "./consent.commands.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import { createConsentDoors, type ConsentDoors } from "./consent-doors.ts";
import { eraseFacts } from "./consent.store.ts";
import { consentRoutes } from "./consent.routes.ts";
import { createObserveConsent, type ObserveConsent } from "./observe.ts";

export type { ConsentDoors };

/** What people allow: the ledger of consent, and the doors through which the rest asks. See docs/guides/consent.md. */
export type ConsentModule = ConsentDoors & {
  readonly routes: readonly RouteHandler[];
  /** Takes in what the events of a batch say about consent. */
  readonly observe: ObserveConsent;
  /** Forgets what some ids said, for an erasure; answers how many lines that were. */
  readonly eraseFacts: (tx: Tx, workspaceId: number, originIds: readonly string[]) => Promise<number>;
};

export function createConsent(deps: ConsentDeps): ConsentModule {
  const doors = createConsentDoors(deps);
  return { ...doors, routes: consentRoutes(deps, doors), observe: createObserveConsent(deps), eraseFacts };
}
