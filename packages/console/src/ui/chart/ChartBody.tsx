import { lazy, Suspense, useMemo } from "react";
import { useDark, usePhone, useStill } from "../../app/theme/use-screen.ts";
import { BarList } from "./BarList.tsx";
import { ChartTable } from "./ChartTable.tsx";
import type { ChartSpec, OnPick, SankeySpec } from "./chart-spec.ts";
import { FunnelChart } from "./FunnelChart.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import type { DrawStyle } from "./option-parts.ts";
import "./chart.css";

const EChart = lazy(async () => ({ default: (await import("./EChart.tsx")).EChart }));

/** How high a chart is on a phone. */
export const PHONE_HEIGHT = 200;

/** How wide a column of nodes has to be for its names. */
const LAYER_PX = 160;
const NARROW_LAYER_PX = 120;

/** How many columns of nodes flows have. */
function layersOf({ nodes }: SankeySpec): number {
  return Math.max(1, ...nodes.map(({ layer }) => layer + 1));
}

type ChartBodyProps = {
  readonly spec: ChartSpec;
  readonly asTable?: boolean;
  readonly height?: number;
  /** Charts of one scope give a series one colour: a breakdown's name, say. */
  readonly colourScope?: string;
  readonly onPick?: OnPick | undefined;
};

/** A chart of any kind, or its data as a table. */
export function ChartBody({ spec, asTable = false, height = 268, colourScope = "", onPick }: ChartBodyProps) {
  const phone = usePhone();
  const mode = useDark() ? "dark" : "light";
  const still = useStill();
  const style = useMemo<DrawStyle>(() => ({ mode, still, phone, colourScope }), [mode, still, phone, colourScope]);
  const shownHeight = phone ? PHONE_HEIGHT : height;
  if (asTable) return <ChartTable spec={spec} height={shownHeight} onPick={onPick} />;
  switch (spec.kind) {
    case "funnel":
      return <FunnelChart spec={spec} height={shownHeight} mode={mode} colourScope={colourScope} onPick={onPick} />;
    case "heat":
      return <HeatGrid spec={spec} mode={mode} onPick={onPick} />;
    case "bars":
      return <BarList spec={spec} onPick={onPick} />;
    case "sankey":
      return (
        <div className="chart-wide">
          <div style={{ minWidth: layersOf(spec) * (phone ? LAYER_PX : NARROW_LAYER_PX) }}>
            <Suspense fallback={<div style={{ height }} />}>
              <EChart spec={spec} height={phone ? 320 : height} style={style} onPick={onPick} />
            </Suspense>
          </div>
        </div>
      );
    default:
      return (
        <Suspense fallback={<div style={{ height: shownHeight }} />}>
          <EChart spec={spec} height={shownHeight} style={style} onPick={onPick} />
        </Suspense>
      );
  }
}
