import type { Db } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { Governor } from "../governor/module.ts";
import type { PeopleModule } from "../people/module.ts";

/** What is needed to tell how people are governed. */
export type GovernedDeps = {
  readonly db: Db;
  readonly workspace: AccessModule["workspace"];
  readonly people: Pick<PeopleModule, "owners" | "idsOfPeople" | "newest" | "displayNames">;
  readonly governor: Pick<Governor, "tryMessage">;
  readonly nowMs: () => number;
};
