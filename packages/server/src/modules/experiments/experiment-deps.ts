import type { Logger } from "pino";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { HeldSplit, Starting } from "@terrace/domain/experiments/standing";
import type { Insight } from "../insight/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import type { NewMove, ReviewedAt } from "./reviewed-move.ts";

/** Who does something with an experiment, as far as it matters. */
export type Acting = Pick<RouteContext, "workspaceId" | "actor" | "ip" | "caller" | "fields" | "signal">;

export type ExperimentDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload">;
  readonly audit: AccessModule["audit"];
  readonly workspace: AccessModule["workspace"];
  readonly insight: Pick<Insight, "run">;
  readonly flags: {
    /** Has whoever changes flags of a workspace wait. */
    readonly lock: (tx: Tx, workspaceId: number) => Promise<void>;
    /** Has every process compile the flags of a workspace anew: an experiment that they name may stand elsewhere. */
    readonly changed: (tx: Tx, workspaceId: number) => Promise<void>;
    /** The same, where a rule of a flag names one of some keys: to others nothing is new. */
    readonly changedIfNamed: (tx: Tx, workspaceId: number, keys: readonly string[]) => Promise<void>;
    /** Throws where flags that name an experiment give something else than it says it has; answers how they split people. */
    readonly checkStart: (tx: Tx, workspaceId: number, starting: Starting) => Promise<HeldSplit | undefined>;
    /** Throws where a rule names an experiment that would split people by itself without it. */
    readonly refuseNamed: (tx: Tx, workspaceId: number, key: string) => Promise<void>;
    /** Throws where a variant that is taken would be given to people of experiments that are under way. */
    readonly refuseHidden: (tx: Tx, workspaceId: number, taken: { readonly key: string; readonly variant: string }) => Promise<void>;
    /** Where moves that change what flags give wait for somebody else. */
    readonly reviewedAt: (tx: Tx, workspaceId: number, key: string) => Promise<readonly ReviewedAt[]>;
    /** Has a move wait for somebody else. Throws `flag_change.person_needed`, `experiment.change_open`. */
    readonly askForMove: (tx: Tx, context: Acting, move: NewMove) => Promise<void>;
    /** Forgets what was asked of an experiment that goes. */
    readonly deleteMoves: (tx: Tx, workspaceId: number, id: string) => Promise<void>;
  };
  readonly nowMs: () => number;
  readonly log: Logger;
};
