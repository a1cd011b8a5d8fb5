import type { RouteHandler } from "../../platform/http/handler.ts";
import type { ConsentDeps } from "./consent.commands.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createConsentDoors, type ConsentDoors } from "./consent-doors.ts";
import { createConsentHolder } from "./consent-holder.ts";
import { consentRoutes } from "./consent.routes.ts";
import { createObserveConsent, type ObserveConsent } from "./observe.ts";

export type { ConsentDoors };

/** What people allow: the ledger of consent, and the doors through which the rest asks. See docs/guides/consent.md. */
export type ConsentModule = ConsentDoors & {
  readonly routes: readonly RouteHandler[];
  /** Takes in what the events of a batch say about consent. */
  readonly observe: ObserveConsent;
  readonly holder: PersonalDataHolder;
};

export function createConsent(deps: ConsentDeps): ConsentModule {
  const doors = createConsentDoors(deps);
  return { ...doors, routes: consentRoutes(deps, doors), observe: createObserveConsent(deps), holder: createConsentHolder(deps) };
}
