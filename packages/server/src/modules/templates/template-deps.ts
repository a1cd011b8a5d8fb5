import type { Use } from "@terrace/contract/api/segments";
import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type TemplateDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "owners" | "speakOf" | "traitShares" | "traitNames">;
  /** What sends a template: journeys, broadcasts. */
  readonly usedBy: (workspaceId: number, templateId: string) => Promise<readonly Use[]>;
  readonly nowMs: () => number;
};
