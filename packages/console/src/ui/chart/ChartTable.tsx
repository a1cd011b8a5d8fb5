import type { ChartSpec, OnPick } from "./chart-spec.ts";
import { tableOf } from "./chart-table.ts";

type ChartTableProps = { readonly spec: ChartSpec; readonly height: number; readonly onPick?: OnPick | undefined };

/** The data of a chart as a plain table, for readers and for exact values; figures lead to the same people as in the chart. */
export function ChartTable({ spec, height, onPick }: ChartTableProps) {
  const { head, rows } = tableOf(spec);
  return (
    <div className="plain-table-scroll" style={{ maxHeight: Math.max(height, 200) }} tabIndex={0}>
      <table className="plain-table">
        <caption className="visually-hidden">{spec.summary}</caption>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={`${i}-${name}`} scope="col" className={i === 0 ? "" : "figure"}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, label, cells }) => (
            <tr key={key}>
              <th scope="row">{label}</th>
              {cells.map(({ text, pick, faint }, i) => (
                <td key={`${i}-${head[i + 1] ?? ""}`} className={faint === true ? "figure chart-faint" : "figure"}>
                  {pick === undefined || onPick === undefined ? (
                    text
                  ) : (
                    <button type="button" className="chart-cell" onClick={() => onPick(pick)}>
                      {text}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
