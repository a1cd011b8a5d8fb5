import { ChartBody } from "../../ui/chart/ChartBody.tsx";
import { ChartLegend } from "../../ui/chart/ChartLegend.tsx";
import { ChartUnit } from "../../ui/chart/ChartPanel.tsx";
import type { ChartSpec } from "../../ui/chart/chart-spec.ts";

/** What charts of a kind need beside their drawing: a legend, the names of steps. */
const BESIDE_PX: Readonly<Partial<Record<string, number>>> = { time: 24, funnel: 84 };

/** A chart in a tile: its unit in the tile's head, its legend above it. */
export function TileChart({ spec, height }: { readonly spec: ChartSpec; readonly height: number }) {
  return (
    <>
      <span className="board-unit">
        <ChartUnit spec={spec} />
      </span>
      {spec.kind === "time" ? <ChartLegend spec={spec} /> : null}
      <ChartBody spec={spec} height={height - (BESIDE_PX[spec.kind] ?? 0)} />
    </>
  );
}
