import type { BarsSpec, OnPick } from "./chart-spec.ts";
import "./bar-list.css";

type BarListProps = { readonly spec: BarsSpec; readonly onPick?: OnPick | undefined };

/** Ranked bars with their figures; a tick on a bar is where the others stand. */
export function BarList({ spec, onPick }: BarListProps) {
  const most = spec.most ?? Math.max(...spec.rows.map(({ value, base }) => Math.max(Math.abs(value), base ?? 0)), 0);
  const width = (value: number) => (most === 0 ? 0 : Math.min(100, (Math.abs(value) / most) * 100));
  const open = spec.pickable === true ? onPick : undefined;
  return (
    <div className="bar-list-box">
      {spec.legend === undefined ? null : (
        <p className="bar-list-legend">
          <span className="bar-list-key" /> {spec.legend.bar}
          <span className="bar-list-key bar-list-key-base" /> {spec.legend.base}
        </p>
      )}
      <table className="bar-list" aria-label={spec.summary}>
        <thead>
          <tr>
            <th scope="col">{spec.head}</th>
            <th scope="col" className="bar-list-track-head" />
            {spec.columns.map((column, i) => (
              <th key={`${i}-${column}`} scope="col" className="figure">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spec.rows.map(({ key, label, value, base, cells, tone }) => (
            <tr
              key={key}
              className={open === undefined ? "" : "bar-list-open"}
              onClick={open === undefined ? undefined : () => open({ kind: "bar", key })}
            >
              <th scope="row" title={label}>
                {label}
              </th>
              <td className="bar-list-track">
                <div>
                  <i className={`bar-list-bar ${tone ?? ""}`} style={{ width: `${width(value)}%` }} />
                  {base === undefined ? null : <i className="bar-list-base" style={{ left: `${width(base)}%` }} />}
                </div>
              </td>
              <td className="figure">
                {open === undefined ? (
                  spec.measure.short(value)
                ) : (
                  <button type="button" title={spec.measure.exact(value)}>
                    {spec.measure.short(value)}
                  </button>
                )}
              </td>
              {cells.map((cell, i) => (
                <td key={`${i}-${cell}`} className="figure bar-list-more">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
