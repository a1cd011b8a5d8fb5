import type { HoldoutDetail, HoldoutGeneration, HoldoutView, PersonHoldout } from "@terrace/contract/api/holdouts";
import { generationAt, groupByHash, type Generation } from "@terrace/domain/holdouts/generation";
import type { RouteContext } from "../../platform/http/handler.ts";
import { countGroups, loadGroupsOf, type GroupCounts, type Turn } from "./group.store.ts";
import { holdoutOrThrow } from "./holdout.commands.ts";
import type { HoldoutDeps } from "./holdout-deps.ts";
import { findHoldout, loadGenerations, loadHoldouts, loadHoldoutsAt, type Holdout, type HoldoutsAsked } from "./holdout.store.ts";

type Deps = Pick<HoldoutDeps, "db" | "people">;

/** Holdouts with their newest turns, running ones first, and the last of them where more follow. */
export async function viewHoldouts(
  { db }: Deps,
  workspaceId: number,
  asked: HoldoutsAsked,
): Promise<{ readonly items: HoldoutView[]; readonly last: Holdout | undefined }> {
  const rows = await loadHoldouts(db, workspaceId, { ...asked, limit: asked.limit + 1 });
  const holdouts = rows.slice(0, asked.limit);
  const ids = holdouts.map(({ id }) => id);
  const turns = await loadGenerations(db, workspaceId, ids);
  const newest = ids.flatMap((holdoutId) => {
    const turn = turns.get(holdoutId)?.at(-1);
    return turn === undefined ? [] : [{ holdoutId, number: turn.number }];
  });
  const counts = await countGroups(db, workspaceId, newest);
  return {
    items: holdouts.map((holdout) => viewOf(holdout, turns.get(holdout.id) ?? [], counts)),
    last: rows.length > asked.limit ? holdouts.at(-1) : undefined,
  };
}

/** One holdout with all its turns. Throws `holdout.not_found`. */
export async function viewHoldout({ db }: Deps, workspaceId: number, key: string): Promise<HoldoutDetail> {
  const holdout = holdoutOrThrow(await findHoldout(db, workspaceId, key));
  const own = (await loadGenerations(db, workspaceId, [holdout.id])).get(holdout.id) ?? [];
  const counts = await countGroups(
    db,
    workspaceId,
    own.map(({ number }) => ({ holdoutId: holdout.id, number })),
  );
  return { ...viewOf(holdout, own, counts), generations: own.toReversed().map((turn) => viewTurn(holdout, turn, counts)) };
}

function viewOf(holdout: Holdout, turns: readonly Generation[], counts: readonly (Turn & GroupCounts)[]): HoldoutView {
  const newest = turns.at(-1);
  if (newest === undefined) throw new Error("a holdout has no turn");
  const { key, name, scope, rotation, createdBy } = holdout;
  return {
    key,
    name,
    scope: scope === "everything" ? scope : scope.map((one) => ({ ...one })),
    rotation,
    generation: viewTurn(holdout, newest, counts),
    rotatesAt: holdout.rotatesAt?.toISOString() ?? null,
    endedAt: holdout.endedAt?.toISOString() ?? null,
    createdAt: holdout.createdAt.toISOString(),
    createdBy,
  };
}

function viewTurn(
  { id }: Holdout,
  { number, share, fromMs, toMs }: Generation,
  counts: readonly (Turn & GroupCounts)[],
): HoldoutGeneration {
  const counted = counts.find((one) => one.holdoutId === id && one.number === number);
  return {
    number,
    share,
    from: new Date(fromMs).toISOString(),
    to: toMs === null ? null : new Date(toMs).toISOString(),
    held: counted?.held ?? 0,
    open: counted?.open ?? 0,
    conflicts: counted?.conflicts ?? 0,
  };
}

/** In which group of each holdout a person was at an instant, Unix ms: as remembered, else as the hash says. Throws `person.not_found`. */
export async function holdoutsOfPerson(
  { db, people }: Deps,
  { workspaceId }: Pick<RouteContext, "workspaceId">,
  asked: { readonly person: string; readonly atMs: number },
): Promise<PersonHoldout[]> {
  const { personId, originIds } = await people.personOf(workspaceId, asked.person);
  const holdouts = await loadHoldoutsAt(db, workspaceId, new Date(asked.atMs));
  const [turns, remembered] = await Promise.all([
    loadGenerations(
      db,
      workspaceId,
      holdouts.map(({ id }) => id),
    ),
    loadGroupsOf(db, workspaceId, originIds),
  ]);
  return holdouts.flatMap(({ id, key, name }) => {
    const turn = generationAt(turns.get(id) ?? [], asked.atMs);
    if (turn === undefined) return [];
    const known = remembered.find((one) => one.holdoutId === id && one.number === turn.number);
    return [
      {
        holdout: key,
        name,
        generation: turn.number,
        group: known?.group ?? groupByHash(key, turn, personId),
        from: new Date(turn.fromMs).toISOString(),
        to: turn.toMs === null ? null : new Date(turn.toMs).toISOString(),
        askedAt: known?.at.toISOString() ?? null,
      },
    ];
  });
}
