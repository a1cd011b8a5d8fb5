import { useText } from "../../app/i18n.ts";
import type { Preview } from "./answers.ts";

const ROWS_SHOWN = 50;

/** The first rows of a file as they stand in it. */
export function PreviewTable({ preview }: { readonly preview: Preview }) {
  const text = useText();
  return (
    // A region that scrolls must be reachable without a mouse.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="plain-table-scroll import-preview" role="region" aria-label={text("imports.preview")} tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th className="figure">{text("imports.row")}</th>
            {preview.columns.map(({ name, type }) => (
              <th key={name} title={text(`imports.cell.${type as "string"}`)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, ROWS_SHOWN).map((row, index) => (
            // Rows have no id but their place.
            // eslint-disable-next-line react/no-array-index-key
            <tr key={index}>
              <td className="figure muted">{index + 1}</td>
              {preview.columns.map(({ name }, at) => (
                <td key={name} className="import-cell">
                  {row[at]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
