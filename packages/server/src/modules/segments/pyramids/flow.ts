import type { FlowCount } from "../classes/class.store.ts";
import type { SegmentDeps } from "../segment-deps.ts";
import { countChanges } from "../stay.views.ts";
import type { PyramidRow } from "./pyramid.store.ts";
import { pyramidViews } from "./pyramid-view.ts";

type Flow = { readonly from: string | null; readonly to: string | null; readonly people: number };

/** Who went from which layer to which between two instants, and who stayed: those who were in a layer at the first and did not go. */
export async function flowOf(
  deps: SegmentDeps,
  workspaceId: number,
  row: PyramidRow,
  { moves, from }: { readonly moves: readonly FlowCount[]; readonly from: Date },
): Promise<readonly Flow[]> {
  const layers = (await pyramidViews(deps, workspaceId, [row]))[0]?.layers ?? [];
  const flows: Flow[] = moves.map((move) => ({ from: move.from, to: move.to, people: move.people }));
  for (const { key, segment } of layers) {
    const { size, changes } = await countChanges(deps.db, { workspaceId, id: segment }, [from]);
    const then = changes.reduce((sum, { way, people }) => sum + (way === "entered" ? -people : people), size);
    const went = flows.reduce((sum, flow) => (flow.from === key ? sum + flow.people : sum), 0);
    if (then > went) flows.push({ from: key, to: key, people: then - went });
  }
  const placeOf = (key: string | null): number => (key === null ? layers.length : layers.findIndex((layer) => layer.key === key));
  return flows.toSorted((a, b) => placeOf(a.from) - placeOf(b.from) || placeOf(a.to) - placeOf(b.to));
}
