import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { ConsentModule } from "../consent/module.ts";
import type { Holdouts } from "../holdouts/module.ts";
import type { PeopleModule } from "../people/module.ts";

export type GovernorDeps = {
  readonly db: Db;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "profiles">;
  readonly consent: Pick<ConsentModule, "decisionsFor">;
  readonly holdouts: Pick<Holdouts, "ask">;
  readonly nowMs: () => number;
};
