import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { ConsentModule } from "../consent/module.ts";
import type { Holdouts } from "../holdouts/module.ts";
import type { PeopleModule } from "../people/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

export type GovernorDeps = {
  readonly db: Db;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly privacy: Pick<PrivacyModule, "originId" | "tokenise">;
  readonly people: Pick<PeopleModule, "profiles" | "owners" | "identities" | "clearIds" | "displayNames">;
  readonly consent: Pick<ConsentModule, "decisionsFor">;
  readonly holdouts: Pick<Holdouts, "askIn" | "peek">;
  readonly nowMs: () => number;
};
