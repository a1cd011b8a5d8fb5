import type { Verdict } from "@terrace/domain/governor/verdict";
import type { RouteHandler } from "../../platform/http/handler.ts";
import type { PersonalDataHolder } from "../../platform/personal-data/holder.ts";
import type { Tx } from "../../platform/storage/postgres.ts";
import {
  decideBatch,
  decideRepeats,
  tryMessage,
  type AskedMessage,
  type AskedPerson,
  type AskedRepeat,
  type Decided,
  type Trial,
} from "./decide-batch.ts";
import type { GovernorDeps } from "./governor-deps.ts";
import { createGovernorHolder } from "./governor-holder.ts";
import { rulesRoutes } from "./rules.routes.ts";
import { suppressionRoutes } from "./suppression.routes.ts";
import { saveSuppressions, type Suppression } from "./suppression.store.ts";

export type { AskedMessage, AskedPerson } from "./decide-batch.ts";
export type { Suppression } from "./suppression.store.ts";

/** Whether people get messages now: rules, suppressed addresses, and the verdict. See docs/guides/governor.md. */
export type Governor = {
  /** Decides about messages of some people at this moment, by message. Keep others from deciding about these people until what is decided is committed. */
  readonly decide: (tx: Tx, workspaceId: number, people: readonly AskedPerson[]) => Promise<Decided>;
  /** Whether messages that were let go before may be handed over once more, by message. */
  readonly decideRepeats: (tx: Tx, workspaceId: number, repeats: readonly AskedRepeat[]) => Promise<ReadonlyMap<string, Verdict>>;
  /** What would be decided about a message to somebody at an instant, and what each rule says of it; nothing comes of it. */
  readonly tryMessage: (workspaceId: number, asked: TriedMessage) => Promise<Trial>;
  /** Addresses to which nothing is sent from now on. */
  readonly suppress: (tx: Tx, workspaceId: number, rows: readonly Suppression[]) => Promise<void>;
  readonly routes: readonly RouteHandler[];
  readonly holder: PersonalDataHolder;
};
export type TriedMessage = Omit<AskedPerson, "messages"> & { readonly message: AskedMessage; readonly atMs: number };

export function createGovernor(deps: GovernorDeps): Governor {
  return {
    decide: (tx, workspaceId, people) => decideBatch(deps, tx, workspaceId, people),
    decideRepeats: (tx, workspaceId, repeats) => decideRepeats(deps, tx, workspaceId, repeats),
    tryMessage: (workspaceId, asked) => tryMessage(deps, workspaceId, asked),
    suppress: saveSuppressions,
    routes: [...rulesRoutes(deps), ...suppressionRoutes(deps)],
    holder: createGovernorHolder(deps),
  };
}
