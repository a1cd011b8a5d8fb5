import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { StepNumbers } from "../../platform/storage/migrate.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { checkTerms, refoldPeople } from "../people/module.ts";

export type DoctorDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly knownSteps: () => Promise<StepNumbers>;
  /** Folders whose disks must not run full. */
  readonly folders: readonly string[];
  readonly people: { readonly checkTerms: typeof checkTerms; readonly refoldPeople: typeof refoldPeople };
  /** Brings the event engine's map of people up to date; true when something changed. */
  readonly syncPeople: () => Promise<boolean>;
  readonly erasureLists: ErasureLists;
  /** Streams of flags that are open in this process, and were refused; undefined where clients are not served. */
  readonly streams?: (() => { readonly open: number; readonly refused: number }) | undefined;
  readonly nowMs: () => number;
};

/** The lists of erasures that outlive the databases: how they stand to the deny-list, and bringing them up to it. */
export type ErasureLists = {
  readonly examine: () => Promise<{
    readonly ids: number;
    readonly places: number;
    readonly behind: readonly string[];
    readonly unknown: number;
  }>;
  readonly bring: () => Promise<void>;
};
