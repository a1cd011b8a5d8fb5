import { ALMOST, type ProgressPlan, type ProgressTree, type ProgressUnit } from "@terrace/domain/pyramids/progress";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { leafAmountsSql, personConditionSql, type ConditionTools } from "../../../platform/storage/condition-sql.ts";
import { segmentPeopleSql } from "../../../platform/storage/conditions/segment-sql.ts";
import type { ReadRows } from "../segment-deps.ts";

/** Somebody of a layer below, by how much they have of each unit. */
export type Near = { readonly id: string; readonly place: number; readonly amounts: readonly number[] };

export type NearAsked = {
  readonly plan: ProgressPlan;
  /** Segments of the layers whose people are ranked. */
  readonly segments: readonly string[];
  readonly limit: number;
};

/** People by how near they are to a condition, the nearest first; ties by id. `place` is that of their segment. */
export async function readNear(
  { tools, read }: { readonly tools: ConditionTools; readonly read: ReadRows },
  { plan, segments, limit }: NearAsked,
): Promise<readonly Near[]> {
  if (segments.length === 0) return [];
  const countable = plan.units.flatMap((unit) => (unit.kind === "countable" ? [unit.condition] : []));
  const nothing = ch`arrayResize([toFloat64(0)], ${ch.value("UInt32", countable.length)}, toFloat64(0))`;
  const among = segments.map(
    (id, index) =>
      ch`select person, toUInt8(${ch.value("UInt8", index + 1)}) as place, ${nothing} as amounts from (${segmentPeopleSql(id, tools.workspaceId)})`,
  );
  const did = countable.length === 0 ? [] : [ch`select person, toUInt8(0) as place, amounts from (${leafAmountsSql(countable, tools)})`];
  const amounts = amountsOf(plan.units, tools);
  return read<Near>(
    "pyramids.near",
    ch`select toString(person) as id, toUInt32(segment - 1) as place, has as amounts from (
        select person, segment, [${ch.join(amounts, ", ")}] as has from (
          select person, max(place) as segment, sumForEach(amounts) as counted from (${ch.join([...among, ...did], " union all ")})
          group by person having segment > 0))
      order by round(${progressSql(plan.tree, plan.units)}, 9) desc, person limit ${ch.value("UInt32", limit)} /* workspace_id is named in what it reads */`,
  );
}

function amountsOf(units: readonly ProgressUnit[], tools: ConditionTools): readonly ChStatement[] {
  let counted = 0;
  return units.map((unit) => {
    if (unit.kind === "met_or_not") return ch`toFloat64(${personConditionSql(unit.condition, ch`person`, tools)})`;
    counted += 1;
    return ch`counted[${ch.value("UInt32", counted)}]`;
  });
}

/** The SQL half of `progressOf`. */
function progressSql(tree: ProgressTree, units: readonly ProgressUnit[]): ChStatement {
  if (typeof tree === "number") return unitSql(tree, units[tree]);
  const parts = ("all" in tree ? tree.all : tree.any).map((part) => progressSql(part, units));
  if (parts.length === 0) return "all" in tree ? ch`1` : ch`0`;
  return "all" in tree ? ch`arrayAvg([${ch.join(parts, ", ")}])` : ch`arrayMax([${ch.join(parts, ", ")}])`;
}

function unitSql(place: number, unit: ProgressUnit | undefined): ChStatement {
  const has = ch`has[${ch.value("UInt32", place + 1)}]`;
  if (unit?.kind !== "countable") return has;
  const needs = ch`${ch.value("Float64", unit.needs)}`;
  const isMet = unit.op === "gt" && !unit.isWhole ? ch`${has} > ${needs}` : ch`${has} >= ${needs}`;
  const share = unit.needs <= 0 ? ch`toFloat64(0)` : ch`least(${ch.value("Float64", ALMOST)}, greatest(toFloat64(0), ${has} / ${needs}))`;
  return ch`if(${isMet}, toFloat64(1), ${share})`;
}
