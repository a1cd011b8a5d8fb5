import type { Verdict } from "@terrace/domain/governor/verdict";
import type { Tx } from "../../platform/storage/postgres.ts";
import { decideBatch, type AskedPerson } from "./decide-batch.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { saveSuppressions, type Suppression } from "./suppression.store.ts";

export type { AskedMessage, AskedPerson } from "./decide-batch.ts";
export type { Suppression } from "./suppression.store.ts";

/** Whether people get messages now: rules, suppressed addresses, and the verdict. See docs/guides/governor.md. */
export type Governor = {
  /** Decides about messages of some people at this moment, by message. Keep others from deciding about these people until what is decided is committed. */
  readonly decide: (tx: Tx, workspaceId: number, people: readonly AskedPerson[]) => Promise<ReadonlyMap<string, Verdict>>;
  /** Addresses to which nothing is sent from now on. */
  readonly suppress: (tx: Tx, workspaceId: number, rows: readonly Suppression[]) => Promise<void>;
};

export function createGovernor(deps: GovernorDeps): Governor {
  return {
    decide: (tx, workspaceId, people) => decideBatch(deps, tx, workspaceId, people),
    suppress: saveSuppressions,
  };
}
