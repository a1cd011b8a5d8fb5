import type { queryPortrait } from "@terrace/contract/api/insight-portrait";
import { traitName } from "../../person/trait-name.ts";
import { sameQuery } from "../frame/query-text.ts";
import type { Answered, Cell, QueryOf } from "../frame/use-analysis.ts";
import type { Ground } from "../use-ground.ts";
import { channelWords, isByChannel } from "../value-words.ts";

export type PortraitAnswer = Answered<typeof queryPortrait>;
export type PortraitQuery = QueryOf<typeof queryPortrait>;
export type Group = PortraitQuery["group"];
export type Dimension = PortraitAnswer["body"]["dimensions"][number];
export type Row = Dimension["rows"][number];
export type Side = "group" | "against";

/** By what people are compared. */
export type By = NonNullable<PortraitQuery["by"]>[number];
type Named = { readonly by: By };

/** A dimension as it stands in the address. */
export function dimensionKey({ by }: Named): string {
  if ("trait" in by) return `trait:${by.trait}`;
  if ("column" in by) return `column:${by.touch}:${by.column}`;
  return "tags" in by ? "tags" : "meets";
}

export function dimensionName({ by }: Named, { text, traitOf = traitName }: Ground): string {
  if ("trait" in by) return traitOf(by.trait);
  if ("column" in by) return `${text(`condition.column.${by.column}`)} · ${text(`insight.touch.${by.touch}`)}`;
  return text("tags" in by ? "insight.portrait.tags" : "insight.portrait.meets");
}

export function valueName(row: Row, { text, format }: Ground, by?: By): string {
  if (row.value === null) return text("insight.noValue");
  if (row.value !== undefined && isByChannel(by)) return channelWords(row.value);
  if (row.value === "true") return text("common.yes");
  if (row.value === "false") return text("common.no");
  if (row.value !== undefined) return row.value;
  const write = format.measure("number").exact;
  const { from = null, to = null } = row;
  if (from === null) return to === null ? text("insight.portrait.anyNumber") : `< ${write(to)}`;
  return to === null ? `≥ ${write(from)}` : `${write(from)} – < ${write(to)}`;
}

/** The people of a side with a value; nobody can be asked for who has no tag at all. */
export function cellOf({ by }: Dimension, row: Row, side: Side): Cell | undefined {
  if (row[side] === 0 || ("tags" in by && row.value === null)) return undefined;
  return { side, by, ...(row.value === undefined ? { from: row.from ?? null, to: row.to ?? null } : { value: row.value }) };
}

/** The dimension and the row that a cell names. */
export function placeOf(
  { body }: PortraitAnswer,
  cell: Cell,
): { readonly dimension: Dimension; readonly row: Row; readonly side: Side } | undefined {
  const side: Side = cell["side"] === "against" ? "against" : "group";
  for (const dimension of body.dimensions)
    for (const row of dimension.rows) if (sameQuery(cellOf(dimension, row, side), cell)) return { dimension, row, side };
  return undefined;
}
