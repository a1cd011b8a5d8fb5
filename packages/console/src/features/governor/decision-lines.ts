import type { DecisionsReport } from "@terrace/contract/api/governor";
import { addDays } from "../../ui/format/dates.ts";

type Row = DecisionsReport["rows"][number];
/** Decisions of one kind over some days, with those of each day. */
export type DecisionLine = Pick<Row, "what" | "reason" | "rule" | "decisions"> & { readonly byDay: readonly number[] };

const ORDER: readonly Row["what"][] = ["block", "defer", "send"];

/** Days of the workspace; the last is not part of them. */
export type Days = { readonly from: string; readonly to: string };

/** Decisions by what, reason and rule: what was blocked first, the most frequent first. */
export function decisionLines(rows: readonly Row[], { from, to }: Days): readonly DecisionLine[] {
  const days: string[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) days.push(day);
  const groups = Map.groupBy(rows, ({ what, reason, rule }) => `${what} ${reason} ${rule ?? ""}`);
  const lines = [...groups.values()].flatMap((own): readonly DecisionLine[] => {
    const [first] = own;
    if (first === undefined) return [];
    const { what, reason, rule } = first;
    const byDay = days.map((day) => own.find((row) => row.day === day)?.decisions ?? 0);
    return [{ what, reason, rule, byDay, decisions: own.reduce((sum, row) => sum + row.decisions, 0) }];
  });
  return lines.toSorted(
    (a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what) || b.decisions - a.decisions || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

function nameOf({ reason, rule }: DecisionLine): string {
  return `${reason} ${rule ?? ""}`;
}
