import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { rejectText } from "./reject-text.ts";

type Reason = { readonly code: string; readonly field: string; readonly detail: string; readonly rows: number };

/** Why rows are rejected, and how many for each reason. */
export function RejectReasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  const text = useText();
  const format = useFormat();
  return (
    <table className="plain-table">
      <thead>
        <tr>
          <th>{text("imports.reason")}</th>
          <th>{text("imports.column")}</th>
          <th>{text("imports.detail")}</th>
          <th className="figure">{text("imports.rows")}</th>
        </tr>
      </thead>
      <tbody>
        {reasons.map(({ code, field, detail, rows }) => (
          <tr key={`${code} ${field} ${detail}`}>
            <td>{textOr(`reason.${code}`, code)}</td>
            <td className="wrap-any">{field}</td>
            <td className="wrap-any">{rejectText(text, detail)}</td>
            <td className="figure">{format.count(rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
