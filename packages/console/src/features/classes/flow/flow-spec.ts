import type { Text } from "../../../app/i18n.ts";
import type { Format } from "../../../app/workspace/use-format.ts";
import type { ChartPick, SankeyNode, SankeySpec } from "../../../ui/chart/chart-spec.ts";
import type { ClassView, Move } from "../answers.ts";

type Ground = { readonly text: Text; readonly format: Pick<Format, "count" | "measure"> };
/** Values of a class, or layers of a pyramid, which have the colours of their badges. */
type Named = readonly (Pick<ClassView["values"][number], "value" | "name"> & { readonly slot?: number })[];
type Sides = Pick<Move, "from" | "to">;

const BEFORE = "before";
const AFTER = "after";
/** Values begin with a letter, so this is none of them. */
const NONE = "";
const keyOf = (side: typeof BEFORE | typeof AFTER, value: string | null) => `${side}|${value ?? NONE}`;

/** What a value is called; null is none. A value that there is no more is called by its key. */
export function valueName(values: Named, value: string | null, text: Text): string {
  return value === null ? text("classes.noValue") : (values.find((one) => one.value === value)?.name ?? value);
}

/** The changes of a step, the most people first; ties in the order of the class. */
export function ranked(moves: readonly Move[], values: Named): readonly Move[] {
  const place = (value: string | null) => values.findIndex((one) => one.value === value);
  return moves.toSorted((a, b) => b.people - a.people || place(a.from) - place(b.from) || place(a.to) - place(b.to));
}

/** Who went from which value to which, as flows from before to after. */
export function flowSpec(moves: readonly Move[], values: Named, { text, format }: Ground): SankeySpec {
  const total = moves.reduce((sum, { people }) => sum + people, 0);
  const side = (which: typeof BEFORE | typeof AFTER): readonly SankeyNode[] => {
    const sums = new Map<string | null, number>();
    for (const move of moves) {
      const value = which === BEFORE ? move.from : move.to;
      sums.set(value, (sums.get(value) ?? 0) + move.people);
    }
    const slots = new Map(values.map(({ value, slot }) => [value, slot]));
    return [...sums].map(([value, people]) => ({
      key: keyOf(which, value),
      label: valueName(values, value, text),
      layer: which === BEFORE ? 0 : 1,
      value: people,
      colourKey: value ?? NONE,
      ...(value === null ? { muted: true } : slotOf(slots.get(value))),
    }));
  };
  return {
    kind: "sankey",
    nodes: [...side(BEFORE), ...side(AFTER)],
    links: moves.map(({ from, to, people }) => ({ from: keyOf(BEFORE, from), to: keyOf(AFTER, to), value: people })),
    heads: {
      from: text("classes.flow.from"),
      to: text("classes.flow.to"),
      value: text("segments.size"),
      share: text("classes.flow.shareOfFrom"),
    },
    measure: format.measure("people"),
    summary: text("classes.flow.summary", { people: format.count(total) }),
  };
}

const slotOf = (slot: number | undefined) => (slot === undefined ? {} : { slot });

/** Between which values the flow is that was clicked. */
export function moveOf(pick: ChartPick): Sides | undefined {
  if (pick.kind !== "link") return undefined;
  const valueOf = (key: string) => {
    const value = key.slice(key.indexOf("|") + 1);
    return value === NONE ? null : value;
  };
  return { from: valueOf(pick.from), to: valueOf(pick.to) };
}
