import { getSegmentSizes } from "@terrace/contract/api/segment-history";
import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { ChartPick } from "../../../ui/chart/chart-spec.ts";
import { QueryView } from "../../../ui/QueryView.tsx";
import type { NamedSegment, SizeInterval } from "../answers.ts";
import { ChangesDrawer } from "./ChangesDrawer.tsx";
import { changesSpec, sizeSpec } from "./size-spec.ts";
import { useAskedAnew } from "./use-asked-anew.ts";

const UNITS = ["day", "week", "month"] as const;
type Props = {
  readonly segment: NamedSegment & { readonly createdAt: string };
  readonly stamp: string;
};
type Picked = { readonly interval: SizeInterval; readonly what: "entered" | "left" };

/** The size over time, and how many came and left; each bar leads to its people. */
export function SizesTab({ segment, stamp }: Props) {
  const text = useText();
  const format = useFormat();
  const [unit, setUnit] = useState<(typeof UNITS)[number]>("day");
  const [picked, setPicked] = useState<Picked>();
  const params = { ...useWorkspaceParams(), segment: segment.id };
  const sizes = useCall(getSegmentSizes, { params, query: { interval: unit } }, { keepPrevious: true });
  useAskedAnew(getSegmentSizes, stamp);
  const specs = useMemo(
    () =>
      sizes.data === undefined
        ? undefined
        : {
            size: sizeSpec(sizes.data, Date.parse(segment.createdAt), { text, format }),
            changes: changesSpec(sizes.data, { text, format }),
          },
    [sizes.data, segment.createdAt, text, format],
  );
  const pick = (place: ChartPick) => {
    const interval = place.kind === "point" ? sizes.data?.intervals[place.index] : undefined;
    if (place.kind !== "point" || interval === undefined) return;
    // Of the size there is no bar to open: who came by then is nearest.
    setPicked({ interval, what: place.series === "left" ? "left" : "entered" });
  };
  const switcher = (
    <Segmented
      size="small"
      value={unit}
      onChange={setUnit}
      options={UNITS.map((one) => ({ value: one, label: text(`segments.unit.${one}`) }))}
    />
  );
  return (
    <QueryView query={sizes} skeleton={8}>
      {(data) => (
        <div className="stack">
          <ChartPanel title={text("segments.tab.sizes")} spec={specs?.size} extra={switcher} colourScope="segment" />
          <ChartPanel title={text("segments.cameAndWent")} spec={specs?.changes} colourScope="segment" onPick={pick} />
          {picked === undefined ? null : (
            <ChangesDrawer
              segment={segment}
              {...picked}
              unit={data.interval}
              onWhat={(what) => setPicked({ ...picked, what })}
              onClose={() => setPicked(undefined)}
            />
          )}
        </div>
      )}
    </QueryView>
  );
}
