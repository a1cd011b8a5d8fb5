import { mapSources, type TraitDefinition } from "@terrace/domain/computed/definition";
import { trackersOfTrait } from "@terrace/domain/computed/trait-trackers";
import { withStoredForms, type Tokenise } from "@terrace/domain/conditions/stored-forms";
import { trackerKey, type TrackerPlace } from "@terrace/domain/segments/tracker";
import { traitOfComputed } from "@terrace/domain/traits/computed-traits";
import { openText } from "../../../platform/sealed-text.ts";
import type { Tx } from "../../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../../privacy/module.ts";
import type { CountedBy } from "../live/counted-by.ts";
import { loadComputedTraits, type ComputedRow } from "./computed.store.ts";

type Opening = { readonly privacy: Pick<PrivacyModule, "decryptPayload"> };
type Storing = { readonly privacy: Pick<PrivacyModule, "decryptPayload" | "tokenise"> };

/** A computed trait as it is reckoned: by which trackers, in the order of `trackersOfTrait`. */
export type PlanComputed = {
  readonly id: string;
  readonly trait: string;
  readonly definition: TraitDefinition;
  readonly counted: readonly CountedBy[];
};

/** A definition as it is given, with values in clear. */
export function openDefinition({ privacy }: Opening, sealed: Uint8Array): TraitDefinition {
  // Read by the contract's schema before it was sealed.
  return JSON.parse(openText(privacy, sealed)) as TraitDefinition;
}

/** A definition with values as they are stored. */
export function inStoredForm(definition: TraitDefinition, tokenise: Tokenise): TraitDefinition {
  return mapSources(definition, ({ event, where }) =>
    where === undefined ? { event } : { event, where: withStoredForms(where, tokenise) },
  );
}

function storedDefinition(deps: Storing, workspaceId: number, { definition }: Pick<ComputedRow, "definition">): TraitDefinition {
  return inStoredForm(openDefinition(deps, definition), (personalClass, value) => deps.privacy.tokenise(workspaceId, personalClass, value));
}

/** The texts of the trackers that a trait asks for. */
export function keysOfComputed(deps: Storing, workspaceId: number, row: ComputedRow, place: TrackerPlace): readonly string[] {
  return trackersOfTrait(storedDefinition(deps, workspaceId, row), place).map(trackerKey);
}

/** Computed traits of a workspace; `idOf` finds the tracker that serves for a text. */
export async function loadPlanComputed(
  deps: Storing,
  tx: Tx,
  workspaceId: number,
  { place, idOf }: { readonly place: TrackerPlace; readonly idOf: (key: string) => string },
): Promise<readonly PlanComputed[]> {
  return (await loadComputedTraits(tx, workspaceId)).map((row) => {
    const definition = storedDefinition(deps, workspaceId, row);
    const counted = trackersOfTrait(definition, place).map((tracker) => ({ id: idOf(trackerKey(tracker)), kept: tracker.kept }));
    return { id: row.id, trait: traitOfComputed(row.key), definition, counted };
  });
}
