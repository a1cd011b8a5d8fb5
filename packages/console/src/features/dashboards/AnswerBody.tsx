import type { RouteContract } from "@terrace/contract/route";
import { useState } from "react";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { AnalysisTable } from "../insight/frame/AnalysisTable.tsx";
import type { NamedGround } from "../insight/frame/SeriesChoice.tsx";
import type { Shown } from "../insight/frame/shown.ts";
import { WhosePicker } from "../insight/frame/SideBySide.tsx";
import type { TableModel } from "../insight/frame/table-model.ts";
import type { Answered } from "../insight/frame/use-analysis.ts";
import { groupsOf, isLines, keyFiguresByGroup, rankedByGroup, shownOfGroups, type Group } from "../insight/frame/use-groups.ts";
import type { Drawing } from "./drawings.ts";
import { TileChart } from "./TileChart.tsx";

const PICKER_PX = 36;
const ROW_PX = 34;
/** A chart that shares a tile with a table is at least so high; what does not fit is scrolled to. */
const SHARED_CHART_MIN_PX = 150;

type Props = {
  readonly drawing: Drawing;
  readonly answered: Answered<RouteContract>;
  readonly ground: NamedGround;
  readonly height: number;
};

/** An answer in the size of a tile: as on its page, the groups of a question as lines of one chart, or one at a time with their figures side by side. */
export function AnswerBody({ drawing, answered, ground, height }: Props) {
  const [whose, choose] = useState("");
  const { text } = ground;
  const { draw, groups: parts, valuesInTable } = drawing;
  const shown = (each: Answered<RouteContract>) => draw(each, ground);
  const groups = groupsOf(answered, parts, ground);
  const view = shown(answered);
  if (groups.length > 0 && isLines(view.spec)) {
    const { spec } = shownOfGroups(answered, groups, undefined, shown);
    return spec === undefined ? null : <TileChart spec={spec} height={height} />;
  }
  const chosen = groups.find(({ key }) => key === whose);
  const drawn = shownOfGroups(answered, groups, chosen, shown);
  const spec = drawn.grid ?? drawn.spec;
  const table = valuesInTable?.(answered) === true || spec === undefined ? drawn.table : groupFigures(answered, groups, ground, shown);
  const left = height - (groups.length > 0 ? PICKER_PX : 0) - (table === undefined ? 0 : (table.rows.length + 1) * ROW_PX);
  return (
    <>
      <WhosePicker groups={groups} chosen={chosen} onChange={choose} />
      {drawn.empty === true ? (
        <EmptyState text={text("insight.noMatch")} />
      ) : spec === undefined ? null : (
        <TileChart spec={spec} height={table === undefined ? left : Math.max(SHARED_CHART_MIN_PX, left)} />
      )}
      {table === undefined ? null : (
        <AnalysisTable
          table={table}
          label={text(groups.length > 0 ? "insight.groupsTable" : "dashboards.kind.analysis")}
          picked={undefined}
          onPick={undefined}
        />
      )}
    </>
  );
}

/** The figures of the groups beside those of the whole: its rows where it ranks some, or its key figures. */
function groupFigures(
  answered: Answered<RouteContract>,
  groups: readonly Group<RouteContract>[],
  { text }: NamedGround,
  shown: (each: Answered<RouteContract>) => Shown,
): TableModel | undefined {
  const all = text("insight.whose.all");
  return (
    rankedByGroup(answered, groups, all, shown)?.table ?? keyFiguresByGroup(answered, groups, { name: text("insight.group"), all }, shown)
  );
}
