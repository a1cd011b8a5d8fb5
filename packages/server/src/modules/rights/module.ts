import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import { workOnErasures } from "./erasure-job.ts";
import { erasureRoutes } from "./erasure.routes.ts";
import { heldRoutes } from "./held.routes.ts";
import { createErasureLedger } from "./ledger/ledger.ts";
import type { RightsDeps } from "./rights-deps.ts";

export { keyIdOf, verifyCertificate, type Verdict } from "./certificate.ts";
export { createDenyList, type DenyList } from "./deny-list.ts";
export { createErasureLedger, type LedgerFolder } from "./ledger/ledger.ts";
export { examineLedgers } from "./ledger/examine-ledgers.ts";
export { LedgerUnreadable } from "./ledger/ledger-file.ts";
export { findLedgers, LEDGER_FOLDER, type FoundLedgers } from "./ledger/find-ledgers.ts";
export { repeatErasures, type Repeated } from "./ledger/repeat-erasures.ts";

/** A person's rights to their data: to see all that is held, and to have it erased. See docs/guides/erasure.md. */
export type RightsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Brings the lists of erasures up to the deny-list. */
  readonly bringLedger: () => Promise<void>;
};

const WORK_EVERY_MS = 1_000;
const LEDGER_EVERY_MS = 5_000;

export function createRightsModule(deps: RightsDeps): RightsModule {
  const ledger = createErasureLedger(deps);
  return {
    routes: [...heldRoutes(deps), ...erasureRoutes({ ...deps, ledger })],
    jobs: [
      { name: "rights.erase", everyMs: WORK_EVERY_MS, run: () => workOnErasures(deps) },
      { name: "rights.ledger", everyMs: LEDGER_EVERY_MS, run: ledger.bring },
    ],
    bringLedger: ledger.bring,
  };
}
