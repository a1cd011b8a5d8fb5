import type { MoveAsked } from "@terrace/contract/api/flag-changes";
import type { HeldSplit, KeptStandings, Variant } from "@terrace/domain/experiments/standing";
import type { Logger } from "pino";
import type { Db, Tx } from "../../platform/storage/postgres.ts";
import type { AccessModule } from "../access/module.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import type { WriteKeyLimit } from "../collect/module.ts";
import type { PrivacyModule } from "../privacy/module.ts";

/** A move that was approved, and how many steps the experiment had when it was asked for. */
export type ApprovedMove = MoveAsked & { readonly steps: number };

export type FlagDeps = {
  readonly db: Db;
  readonly privacy: Pick<PrivacyModule, "encryptPayload" | "decryptPayload" | "originId">;
  readonly audit: AccessModule["audit"];
  readonly findWriteKey: AccessModule["findWriteKey"];
  /** Ids and names of those of some segments that there are. */
  readonly segmentNames: (workspaceId: number, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Where the experiments of a workspace stand. */
  readonly standings: (sql: Db | Tx, workspaceId: number) => Promise<KeptStandings>;
  /** Variants of those of some experiments that are kept, by their keys. */
  readonly variantsOf: (sql: Db | Tx, workspaceId: number, keys: readonly string[]) => Promise<ReadonlyMap<string, readonly Variant[]>>;
  /** Keeps how the rules of an experiment split people. */
  readonly holdSplit: (tx: Tx, workspaceId: number, experiment: string, split: HeldSplit) => Promise<void>;
  /** Does with the experiments of a workspace what was approved, while its flags are locked. */
  readonly moves: (workspaceId: number) => Promise<(tx: Tx, context: RouteContext, move: ApprovedMove) => Promise<void>>;
  /** Whether somebody was forgotten: nothing is remembered of them. */
  readonly denies: (workspaceId: number, originId: string) => boolean;
  /** How many requests a write key may make of one process; without one as many as there are. */
  readonly writeKeyLimit?: WriteKeyLimit | undefined;
  readonly nowMs: () => number;
  readonly log: Logger;
};
