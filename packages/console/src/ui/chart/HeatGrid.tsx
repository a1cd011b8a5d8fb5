import type { KeyboardEvent } from "react";
import { useRef, useState } from "react";
import type { HeatSpec, OnPick } from "./chart-spec.ts";
import { type ChartMode, inkOn, scaleColour } from "./chart-theme.ts";
import "./heat.css";

type HeatProps = { readonly spec: HeatSpec; readonly mode: ChartMode; readonly height?: number; readonly onPick?: OnPick | undefined };

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A table of figures whose colour says how large they are; arrows move from cell to cell, Enter opens the people behind one. */
export function HeatGrid({ spec, mode, height, onPick }: HeatProps) {
  const table = useRef<HTMLTableElement>(null);
  const [active, setActive] = useState<readonly [number, number]>([0, 0]);
  const most =
    spec.most ??
    Math.max(...spec.rows.flatMap(({ cells, total }) => (total === true ? [] : cells.map(({ value }) => Math.abs(value ?? 0)))), 0);
  const move = (event: KeyboardEvent) => {
    const [down, right] = MOVES[event.key] ?? [0, 0];
    if (down === 0 && right === 0) return;
    const next = table.current?.querySelector<HTMLElement>(`[data-cell="${active[0] + down}:${active[1] + right}"]`);
    if (next === undefined || next === null) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div className="plain-table-scroll heat-scroll" style={height === undefined ? {} : { maxHeight: height }}>
      <table ref={table} className="heat" aria-label={spec.summary} onKeyDown={move}>
        <thead>
          <tr>
            <th scope="col">{spec.head}</th>
            {(spec.leads ?? []).map((lead) => (
              <th key={lead} scope="col" className="figure">
                {lead}
              </th>
            ))}
            {spec.columns.map(({ key, label }) => (
              <th key={key} scope="col" className="heat-column">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spec.rows.map((row, r) => (
            <tr key={row.key} className={row.total === true ? "heat-total" : ""}>
              <th scope="row" title={row.label}>
                {row.label}
              </th>
              {(spec.leads ?? []).map((lead, i) => (
                <td key={lead} className="figure heat-lead">
                  {row.leads?.[i] ?? ""}
                </td>
              ))}
              {spec.columns.map((column, c) => (
                <HeatCellView
                  key={column.key}
                  spec={spec}
                  row={row}
                  column={c}
                  place={`${r}:${c}`}
                  colour={colourOf(spec, row.cells[c]?.value ?? null, most, mode)}
                  tab={active[0] === r && active[1] === c}
                  onFocus={() => setActive([r, c])}
                  onPick={onPick}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function colourOf(spec: HeatSpec, value: number | null, most: number, mode: ChartMode): string | undefined {
  return value === null || most === 0 ? undefined : scaleColour(spec.scale, value / most, mode);
}

/** A colour that lets the card through, for what may still grow; the card's own ink is read on it. */
function paleOf(colour: string): string {
  return `color-mix(in srgb, ${colour} 38%, var(--ant-color-bg-container))`;
}

type CellProps = {
  readonly spec: HeatSpec;
  readonly row: HeatSpec["rows"][number];
  readonly column: number;
  readonly place: string;
  readonly colour: string | undefined;
  readonly tab: boolean;
  readonly onFocus: () => void;
  readonly onPick?: OnPick | undefined;
};

function HeatCellView({ spec, row, column, place, colour, tab, onFocus, onPick }: CellProps) {
  const cell = row.cells[column];
  if (cell === undefined) return <td />;
  const shown = cell.text ?? spec.measure.short(cell.value);
  const look =
    colour === undefined || row.total === true
      ? {}
      : cell.unfinished === true
        ? { background: paleOf(colour) }
        : { background: colour, color: inkOn(colour) };
  const kind = `heat-cell ${cell.unfinished === true ? "heat-open" : ""}`;
  const hint = cell.hint ?? (cell.value === null ? undefined : spec.measure.exact(cell.value));
  const key = spec.columns[column]?.key ?? "";
  if (onPick === undefined || spec.pickable !== true || cell.value === null)
    return (
      <td className={kind} style={look} title={hint} data-cell={place} tabIndex={tab ? 0 : -1} onFocus={onFocus}>
        {shown}
      </td>
    );
  return (
    <td className={kind} style={look}>
      <button
        type="button"
        title={hint}
        data-cell={place}
        tabIndex={tab ? 0 : -1}
        onFocus={onFocus}
        onClick={() => onPick({ kind: "cell", row: row.key, column: key })}
        aria-label={`${row.label}, ${spec.columns[column]?.label ?? ""}: ${shown}`}
      >
        {shown}
      </button>
    </td>
  );
}
