import type { ChartSpec } from "./chart-spec.ts";
import { MISSING } from "../format/numbers.ts";

/** The data of a chart as a plain table, newest last, for readers and for exact values. */
export function ChartTable({ spec, height }: { readonly spec: ChartSpec; readonly height: number }) {
  const shown = spec.series.filter(({ style }) => style !== "pale");
  const cell = (value: number | null | undefined) => (value === null || value === undefined ? MISSING : spec.formatValue(value));
  const valueAt = (name: string, i: number) =>
    spec.series
      .filter((series) => series.name === name)
      .map(({ values }) => values[i])
      .find((value) => value !== null && value !== undefined);
  return (
    <div className="plain-table-scroll" style={{ maxHeight: height }} tabIndex={0}>
      <table className="plain-table">
        <caption className="visually-hidden">{spec.summary}</caption>
        <thead>
          <tr>
            <th scope="col" />
            {shown.map(({ name }) => (
              <th key={name} scope="col" className="figure">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {spec.categories.map((category, i) => (
            <tr key={category}>
              <th scope="row">{category}</th>
              {shown.map(({ name }) => (
                <td key={name} className="figure">
                  {cell(valueAt(name, i))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
