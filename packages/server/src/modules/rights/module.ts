import type { Logger } from "pino";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { Job } from "../../platform/jobs.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { workOnErasures } from "./erasure-job.ts";
import { erasureRoutes } from "./erasure.routes.ts";
import { heldRoutes } from "./held.routes.ts";
import { createErasureLedger, type ErasureLedger, type LedgerFolder } from "./ledger/ledger.ts";

export { keyIdOf, verifyCertificate, type Verdict } from "./certificate.ts";
export { createDenyList, type DenyList } from "./deny-list.ts";
export { createErasureLedger, type LedgerFolder } from "./ledger/ledger.ts";
export { examineLedgers } from "./ledger/examine-ledgers.ts";
export { LedgerUnreadable } from "./ledger/ledger-file.ts";
export { findLedgers, LEDGER_FOLDER, type FoundLedgers } from "./ledger/find-ledgers.ts";
export { repeatErasures, type Repeated } from "./ledger/repeat-erasures.ts";

export type RightsDeps = {
  readonly db: Db;
  readonly privacy: PrivacyModule;
  readonly people: PeopleModule;
  readonly audit: AccessModule["audit"];
  readonly auditHead: AccessModule["auditHead"];
  readonly workspace: AccessModule["workspace"];
  /** Everyone who keeps something about people; the first one removes what names them. */
  readonly holders: readonly PersonalDataHolder[];
  /** Where the list of erased ids is kept besides the database. */
  readonly ledgerFolders: () => Promise<readonly LedgerFolder[]>;
  readonly version: string;
  readonly nowMs: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly log: Logger;
};

/** A person's rights to their data: to see all that is held, and to have it erased. See docs/guides/erasure.md. */
export type RightsModule = {
  readonly routes: readonly RouteHandler[];
  readonly jobs: readonly Job[];
  /** Brings the lists of erasures up to the deny-list. */
  readonly bringLedger: () => Promise<void>;
};

/** What the module's parts share. */
export type RightsParts = RightsDeps & { readonly ledger: ErasureLedger };

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
