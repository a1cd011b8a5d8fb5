import type { ChartPick, ChartSpec, FunnelSpec, HeatSpec, SankeySpec, TimeSpec } from "./chart-spec.ts";

export type TableCell = {
  readonly text: string;
  /** For files. */ readonly plain: string | number | null;
  readonly pick?: ChartPick;
  readonly faint?: boolean;
};
export type ChartTableData = {
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly label: string; readonly cells: readonly TableCell[] }[];
};

const word = (text: string): TableCell => ({ text, plain: text });

function timeTable(spec: TimeSpec): ChartTableData {
  const marks = spec.marks ?? [];
  return {
    head: ["", ...spec.series.map(({ name }) => name), ...(marks.length > 0 ? [""] : [])],
    rows: spec.categories.map((category, index) => ({
      key: `${index}`,
      label: category,
      cells: [
        ...spec.series.map(({ key, values, style }): TableCell => {
          const value = values[index] ?? null;
          return {
            text: spec.measure.exact(value),
            plain: value === null ? null : spec.measure.plain(value),
            ...(value === null || style === "dotted" ? {} : { pick: { kind: "point", series: key, index } as const }),
            ...(spec.unfinished?.[index] === true && style === "solid" ? { faint: true } : {}),
          };
        }),
        ...(marks.length > 0
          ? [
              word(
                marks
                  .filter((mark) => mark.index === index)
                  .map(({ text }) => text)
                  .join(" · "),
              ),
            ]
          : []),
      ],
    })),
  };
}

function sankeyTable(spec: SankeySpec): ChartTableData {
  const nodes = new Map(spec.nodes.map((node) => [node.key, node]));
  const { heads } = spec;
  return {
    head: [heads.from, heads.to, heads.value, heads.share],
    rows: spec.links.map(({ from, to, value }) => {
      const [source, target] = [nodes.get(from), nodes.get(to)];
      return {
        key: `${from}>${to}`,
        label: `${(source?.layer ?? 0) + 1}. ${source?.label ?? ""}`,
        cells: [
          word(target?.label ?? ""),
          { text: spec.measure.exact(value), plain: value, pick: { kind: "link", from, to } },
          {
            text: source === undefined || source.value === 0 ? "—" : `${((value / source.value) * 100).toFixed(1)}%`,
            plain: source === undefined || source.value === 0 ? null : value / source.value,
          },
        ],
      };
    }),
  };
}

function funnelTable(spec: FunnelSpec): ChartTableData {
  return {
    head: [
      spec.words.step,
      ...spec.groups.flatMap(({ name }) =>
        spec.groups.length === 1 ? [name, spec.words.ofPrevious, spec.words.dropped] : [name, spec.words.ofPrevious],
      ),
    ],
    rows: spec.steps.map((label, step) => ({
      key: `${step}`,
      label: `${step + 1}. ${label}`,
      cells: spec.groups.flatMap(({ key, people }): readonly TableCell[] => {
        const value = people[step] ?? 0;
        const before = people[step - 1];
        const rate = before === undefined || before === 0 ? null : value / before;
        const dropped = before === undefined ? null : before - value;
        return [
          { text: spec.measure.exact(value), plain: value, pick: { kind: "step", group: key, step, outcome: "converted" } },
          { text: rate === null ? "—" : `${(rate * 100).toFixed(1)}%`, plain: rate },
          ...(spec.groups.length === 1
            ? [
                {
                  text: spec.measure.exact(dropped),
                  plain: dropped,
                  ...(dropped === null || dropped === 0 ? {} : { pick: { kind: "step", group: key, step, outcome: "dropped" } as const }),
                },
              ]
            : []),
        ];
      }),
    })),
  };
}

function heatTable(spec: HeatSpec): ChartTableData {
  return {
    head: [spec.head, ...(spec.leads ?? []), ...spec.columns.map(({ label }) => label)],
    rows: spec.rows.map(({ key, label, leads, cells }) => ({
      key,
      label,
      cells: [
        ...(spec.leads ?? []).map((_, i) => word(leads?.[i] ?? "")),
        ...spec.columns.map((column, i): TableCell => {
          const value = cells[i]?.value ?? null;
          return {
            text: spec.measure.exact(value),
            plain: value === null ? null : spec.measure.plain(value),
            ...(value === null || spec.pickable !== true ? {} : { pick: { kind: "cell", row: key, column: column.key } as const }),
            ...(cells[i]?.unfinished === true ? { faint: true } : {}),
          };
        }),
      ],
    })),
  };
}

/** The data of any chart as a table, with the part of the chart that each figure stands for. */
export function tableOf(spec: ChartSpec): ChartTableData {
  switch (spec.kind) {
    case "time":
      return timeTable(spec);
    case "sankey":
      return sankeyTable(spec);
    case "funnel":
      return funnelTable(spec);
    case "heat":
      return heatTable(spec);
    case "histogram":
      return {
        head: [spec.head, spec.name],
        rows: spec.brackets.map(({ key, label, value }, index) => ({
          key,
          label,
          cells: [{ text: spec.measure.exact(value), plain: value, pick: { kind: "bracket", index } }],
        })),
      };
    case "scatter":
      return {
        head: [spec.head, spec.x.name, spec.y.name],
        rows: spec.points.map(({ key, label, x, y }) => ({
          key,
          label,
          cells: [
            { text: spec.x.measure.exact(x), plain: spec.x.measure.plain(x) },
            { text: spec.y.measure.exact(y), plain: spec.y.measure.plain(y), pick: { kind: "dot", key } },
          ],
        })),
      };
    case "bars":
      return {
        head: [spec.head, ...spec.columns],
        rows: spec.rows.map(({ key, label, value, cells }) => ({
          key,
          label,
          cells: [
            {
              text: spec.measure.exact(value),
              plain: spec.measure.plain(value),
              ...(spec.pickable === true ? { pick: { kind: "bar", key } as const } : {}),
            },
            ...cells.map(word),
          ],
        })),
      };
  }
}
