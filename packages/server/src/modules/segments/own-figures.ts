import { listOverlapPeople, OVERLAP_KIND } from "@terrace/contract/api/segment-figures";
import { changesQuerySchema, CHANGES_KIND } from "@terrace/contract/api/segment-history";
import { parseInput } from "../../platform/http/input-fault.ts";
import type { RouteContext } from "../../platform/http/handler.ts";
import { overlapPeople } from "./overlap.ts";
import type { SegmentDeps } from "./segment-deps.ts";
import { segmentOrThrow } from "./segment-of-id.ts";
import { loadStaysOf } from "./stay.views.ts";

const STAYS_BATCH = 10_000;

/** The people behind a figure about segments; undefined when it is of an analysis. */
export function ownFigure(
  deps: SegmentDeps,
  kind: string,
  body: unknown,
  context: RouteContext,
): AsyncIterable<readonly string[]> | undefined {
  if (kind === OVERLAP_KIND) return overlapPeople(deps, context, parseInput(listOverlapPeople.body, body, "body"));
  if (kind === CHANGES_KIND) return changedPeople(deps, context, parseInput(changesQuerySchema, body, "body"));
  return undefined;
}

async function* changedPeople(
  deps: SegmentDeps,
  { workspaceId }: RouteContext,
  { segment, what, from, to, why }: ReturnType<typeof changesQuerySchema.parse>,
): AsyncGenerator<readonly string[]> {
  const { id } = await segmentOrThrow(deps.db, workspaceId, segment);
  let after: { readonly at: Date; readonly id: string } | undefined;
  for (;;) {
    const stays = await loadStaysOf(
      deps.db,
      { workspaceId, id },
      {
        what,
        why,
        after,
        from: from === undefined ? undefined : new Date(from),
        to: to === undefined ? undefined : new Date(to),
        limit: STAYS_BATCH,
      },
    );
    if (stays.length > 0) yield [...new Set(stays.map(({ personId }) => personId))];
    const last = stays.at(-1);
    if (last === undefined || stays.length < STAYS_BATCH) return;
    after = { at: (what === "entered" ? last.enteredAt : last.leftAt) ?? last.enteredAt, id: last.id };
  }
}
