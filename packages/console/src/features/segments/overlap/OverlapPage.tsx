import { OVERLAP_MAX, overlapSegments } from "@terrace/contract/api/segment-figures";
import { useSearchParams } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { SegmentSelect } from "../SegmentSelect.tsx";
import { OverlapShown } from "./OverlapShown.tsx";
import { idsIn } from "./overlap-rows.ts";
import "../../insight/frame/frame.css";
import "../segments.css";
import "./overlap.css";

const COMPARED_MIN = 2;

/** How some segments overlap: who is in exactly which of them. The segments and the bar that is open stand in the address. */
export function OverlapPage() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const ids = idsIn(search.get("of"), OVERLAP_MAX);
  const cell = idsIn(search.get("in"), OVERLAP_MAX);
  const asked = ids.length >= COMPARED_MIN;
  const answer = useCall(
    overlapSegments,
    { params: useWorkspaceParams(), body: { segments: [...ids] } },
    { enabled: asked, keepPrevious: true, staleMs: 30_000 },
  );
  const go = (of: readonly string[], open: readonly string[]) =>
    setSearch({ ...(of.length === 0 ? {} : { of: of.join(",") }), ...(open.length === 0 ? {} : { in: open.join(",") }) });
  return (
    <>
      <PageHeader title={text("segments.overlap")} meta={<span>{text("segments.overlapIntro")}</span>} />
      <div className="stack">
        <Panel>
          <SegmentSelect label={text("segments.overlapOf")} value={ids} max={OVERLAP_MAX} onChange={(of) => go(of, [])} />
        </Panel>
        {asked ? (
          <QueryView query={answer} skeleton={8}>
            {(overlap) => <OverlapShown overlap={overlap} cell={cell} onPick={(open) => go(ids, open)} />}
          </QueryView>
        ) : (
          <Panel>
            <EmptyState text={text("segments.overlapChoose")} />
          </Panel>
        )}
      </div>
    </>
  );
}
