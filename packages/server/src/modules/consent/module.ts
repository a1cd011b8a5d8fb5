import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import type { Job } from "../../platform/jobs.ts";
import type { ConsentDeps } from "./consent.commands.ts";
import { takeBackImported } from "./consent.store.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import { createConsentDoors, type ConsentDoors, type Withdrawal } from "./consent-doors.ts";
import { withdraw } from "./withdraw.ts";
import { createConsentHolder } from "./consent-holder.ts";
import { consentRoutes } from "./consent.routes.ts";
import { createOwnWords, type OwnWords } from "./own-words.ts";
import { deleteOver } from "./pending.store.ts";
import { createObserveConsent, type ObserveConsent } from "./observe.ts";
import { reportRoutes, type ReportDeps } from "./report.routes.ts";
import { retentionRoutes } from "./retention.routes.ts";
import { stepRetention, type RetentionDeps } from "./retention.ts";

export type { ConsentDoors, Withdrawal };
export type { Choice, OwnWord, OwnWords, Preferences } from "./own-words.ts";

/** What people allow, and how long data are kept: the ledger of consent with the doors through which the rest asks, and retention. See docs/guides/consent.md and privacy.md. */
export type ConsentModule = ConsentDoors & {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Takes in what the events of a batch say about consent. */
  readonly observe: ObserveConsent;
  readonly holder: PersonalDataHolder;
  /** Writes down what people took back by a message: a complaint to their provider, or a click that ends it. */
  readonly withdraw: (tx: Tx, workspaceId: number, withdrawals: readonly Withdrawal[]) => Promise<void>;
  /** What people say themselves, by links that were sent to them. */
  readonly own: OwnWords;
  /** Takes what an import said about consent out of the ledger, some lines at a time: until `done` is 0. */
  readonly takeBackImported: typeof takeBackImported;
};

export type ConsentModuleDeps = ConsentDeps & RetentionDeps & ReportDeps;

const RETENTION_STEP_MS = 5_000;
const PENDING_EVERY_MS = 600_000;

export function createConsent(deps: ConsentModuleDeps): ConsentModule {
  const doors = createConsentDoors(deps);
  return {
    ...doors,
    routes: [...consentRoutes(deps, doors), ...retentionRoutes(deps), ...reportRoutes(deps)],
    own: createOwnWords(deps),
    jobs: [
      { name: "consent.retention", everyMs: RETENTION_STEP_MS, run: () => stepRetention(deps) },
      {
        name: "consent.pending",
        everyMs: PENDING_EVERY_MS,
        run: async () => {
          await deleteOver(deps.db, new Date(deps.nowMs()));
        },
      },
    ],
    observe: createObserveConsent(deps),
    withdraw: (tx, workspaceId, withdrawals) => withdraw(deps, tx, workspaceId, withdrawals),
    holder: createConsentHolder(deps),
    takeBackImported,
  };
}
