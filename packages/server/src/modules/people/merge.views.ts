import type { FieldView } from "@terrace/domain/access/field-view";
import type { IdentityKind } from "@terrace/domain/identity/identity-kinds";
import { compareOrigins, compareStrength, kindBit, UNIQUE_MASK } from "@terrace/domain/identity/person-order";
import { foldTraits, traitsObject, type TraitState } from "@terrace/domain/traits/fold-traits";
import type { Warehouse } from "../../platform/storage/clickhouse.ts";
import type { Db } from "../../platform/storage/postgres.ts";
import type { PrivacyModule } from "../privacy/module.ts";
import { objectionTo } from "./merge.commands.ts";
import type { ConflictRow, MergeRow } from "./merge.store.ts";
import { displayOf } from "./field-display.ts";
import { displayNameOf, distinctTags, identitiesShown, loadPictures, traitsShown, type PersonPicture } from "./person-picture.ts";
import { loadDisplayNames } from "./display-names.ts";
import { findOwners, type IdentityView } from "./person.views.ts";
import { revealText, tokensIn } from "./personal-text.ts";
import { loadTags } from "./tag.store.ts";
import { countEvents } from "./timeline.views.ts";
import { loadTraits } from "./traits.store.ts";

export type MergeViewDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly privacy: Pick<PrivacyModule, "open">;
  readonly nowMs: () => number;
};

/** Who looks, and in which workspace. */
type Viewer = { readonly workspaceId: number; readonly fields: FieldView };

/** What joining the people who own two ids would give; undefined when one of the ids is nobody's. */
export async function previewMerge(deps: MergeViewDeps, workspaceId: number, ids: readonly [string, string], view: FieldView) {
  const owners = await findOwners(deps.db, workspaceId, ids);
  const [left, right] = [owners.get(ids[0]), owners.get(ids[1])];
  if (left === undefined || right === undefined) return undefined;
  const pictures = await loadPictures(deps, workspaceId, [left, right]);
  const [leftPicture, rightPicture] = [pictures.get(left), pictures.get(right)];
  if (leftPicture === undefined || rightPicture === undefined) return undefined;
  const sides = await Promise.all([
    sideOf(deps, workspaceId, { personId: left, picture: leftPicture, view }),
    sideOf(deps, workspaceId, { personId: right, picture: rightPicture, view }),
  ]);
  const both = left === right ? leftPicture.identities : [...leftPicture.identities, ...rightPicture.identities];
  const states = await loadTraits(
    deps.db,
    workspaceId,
    both.map(({ originId }) => originId),
  );
  const reason = left === right ? "person.merge_same" : faultOf(objectionTo(summaryOf(leftPicture), summaryOf(rightPicture)));
  return {
    survivor:
      compareStrength({ personId: left, ...summaryOf(leftPicture) }, { personId: right, ...summaryOf(rightPicture) }) <= 0 ? left : right,
    sides,
    traits: traitsShown(foldTraits(states), displayOf(view, leftPicture.opened)),
    conflicts: left === right ? [] : conflictsBetween(leftPicture, rightPicture, view),
    allowed: reason === "",
    reason,
  };
}

/** Merges as they are shown: each side under its own name, whoever it is part of now. */
export async function presentMerges(
  deps: Pick<MergeViewDeps, "db" | "privacy">,
  { workspaceId, fields }: Viewer,
  rows: readonly MergeRow[],
) {
  const names = await namesOfOrigins(deps, { workspaceId, fields }, [...new Set(rows.flatMap(({ low, high }) => [low, high]))]);
  return rows.map((row) => ({
    id: row.mergeId,
    survivor: row.survivor,
    people: [row.low, row.high],
    displayNames: [names.get(row.low) ?? "", names.get(row.high) ?? ""],
    by: row.madeBy,
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    takenBackAt: row.takenBackAt?.toISOString() ?? null,
    takenBackBy: row.takenBackBy,
  }));
}

/** Refused joins as they are shown: the two ids, and the people who own them now. */
export async function presentConflicts(
  deps: Pick<MergeViewDeps, "db" | "privacy">,
  { workspaceId, fields }: Viewer,
  rows: readonly ConflictRow[],
) {
  const ids = [...new Set(rows.flatMap(({ low, high }) => [low, high]))];
  const [owners, identities] = await Promise.all([
    loadDisplayNames(deps, workspaceId, ids, fields),
    loadOriginViews(deps.db, workspaceId, ids),
  ]);
  const opened = await deps.privacy.open(deps.db, workspaceId, ids);
  const { text } = displayOf(fields, opened);
  return rows.map((row) => ({
    id: row.conflictId,
    reason: row.reason,
    seen: row.seen,
    firstSeenAt: new Date(row.firstSeenMs).toISOString(),
    lastSeenAt: new Date(row.lastSeenMs).toISOString(),
    state: row.state,
    decidedBy: row.decidedBy,
    people: [row.low, row.high].flatMap((id) => {
      const owner = owners.get(id);
      return owner === undefined ? [] : [{ person: owner.personId, displayName: owner.displayName }];
    }),
    link: [row.low, row.high].flatMap((id) => {
      const identity = identities.get(id);
      return identity === undefined ? [] : [{ kind: identity.kind, value: revealText(identity.value, text) }];
    }),
  }));
}

async function sideOf(
  deps: MergeViewDeps,
  workspaceId: number,
  { personId, picture, view }: { readonly personId: string; readonly picture: PersonPicture; readonly view: FieldView },
) {
  const originIds = picture.identities.map(({ originId }) => originId);
  const [states, tags, eventCount] = await Promise.all([
    loadTraits(deps.db, workspaceId, originIds),
    loadTags(deps.db, workspaceId, [personId], new Date(deps.nowMs())),
    countEvents(deps.warehouse, workspaceId, originIds),
  ]);
  const display = displayOf(view, picture.opened);
  return {
    person: personId,
    displayName: displayNameOf(picture, view),
    identities: identitiesShown(picture.identities, display),
    traits: traitsShown(foldTraits(states), display),
    tags: distinctTags(tags).map(({ tag }) => tag),
    eventCount,
  };
}

function summaryOf(picture: PersonPicture): { readonly kinds: number; readonly idsCount: number } {
  return { kinds: picture.identities.reduce((mask, { kind }) => mask | kindBit(kind), 0), idsCount: picture.identities.length };
}

/** A conflict can be confirmed, so it does not forbid the merge. */
function faultOf(objection: ReturnType<typeof objectionTo>): string {
  return objection === "too_many_ids" ? "person.too_many_ids" : "";
}

function conflictsBetween(left: PersonPicture, right: PersonPicture, view: FieldView) {
  const shared = summaryOf(left).kinds & summaryOf(right).kinds & UNIQUE_MASK;
  const kinds = [...new Set(left.identities.map(({ kind }) => kind))].filter((kind) => (kindBit(kind) & shared) !== 0);
  return kinds.map((kind) => ({ kind, values: [...valuesOf(left, kind, view), ...valuesOf(right, kind, view)] }));
}

function valuesOf(picture: PersonPicture, kind: IdentityKind, view: FieldView): readonly string[] {
  const { text } = displayOf(view, picture.opened);
  return picture.identities.filter((identity) => identity.kind === kind).map(({ value }) => revealText(value, text));
}

async function namesOfOrigins(
  deps: Pick<MergeViewDeps, "db" | "privacy">,
  { workspaceId, fields }: Viewer,
  originIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const [identities, states] = await Promise.all([
    loadOriginViews(deps.db, workspaceId, originIds),
    loadOriginStates(deps.db, workspaceId, originIds),
  ]);
  const pictures = [...identities.values()].map((identity) => ({
    identity,
    traits: traitsObject(foldTraits(states.has(identity.originId) ? [states.get(identity.originId) ?? { k: {} }] : [])),
  }));
  const tokens = tokensIn([...identities.values()].map(({ value }) => value));
  for (const { traits } of pictures) tokensIn(traits, tokens);
  const opened = await deps.privacy.open(deps.db, workspaceId, originIds, [...tokens]);
  return new Map(
    pictures.map(({ identity, traits }) => [identity.originId, displayNameOf({ identities: [identity], traits, opened }, fields)]),
  );
}

const ORIGINS_MAX = 1_000;

async function loadOriginViews(db: Db, workspaceId: number, originIds: readonly string[]): Promise<ReadonlyMap<string, IdentityView>> {
  const rows = await db<(Omit<IdentityView, "firstSeenMs"> & { firstSeenMs: string })[]>`
    select origin_id as "originId", person_id as "personId", kind, value, class, first_seen_ms as "firstSeenMs" from identity
    where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[]) limit ${ORIGINS_MAX}`;
  return new Map(
    rows
      .toSorted((a, b) => compareOrigins(a.originId, b.originId))
      .map((row) => [row.originId, { ...row, firstSeenMs: Number(row.firstSeenMs) }]),
  );
}

async function loadOriginStates(db: Db, workspaceId: number, originIds: readonly string[]): Promise<ReadonlyMap<string, TraitState>> {
  const rows = await db<{ originId: string; state: TraitState }[]>`
    select origin_id as "originId", state from origin_trait where workspace_id = ${workspaceId} and origin_id = any(${originIds}::bigint[]) limit ${ORIGINS_MAX}`;
  return new Map(rows.map(({ originId, state }) => [originId, state]));
}
