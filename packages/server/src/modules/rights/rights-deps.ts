import type { Logger } from "pino";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { ErasureLedger, LedgerFolder } from "./ledger/ledger.ts";

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

/** What the module's parts share. */
export type RightsParts = RightsDeps & { readonly ledger: ErasureLedger };
