import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import "./changes.css";

export type Line = { readonly label: string; readonly before: ReactNode; readonly after: ReactNode };

/** What was and what would be, side by side, one part a line. */
export function BeforeAfter({ lines }: { readonly lines: readonly Line[] }) {
  const text = useText();
  return (
    <table className="plain-table before-after">
      <thead>
        <tr>
          <th scope="col">{text("flags.part")}</th>
          <th scope="col">{text("flags.before")}</th>
          <th scope="col">{text("flags.after")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ label, before, after }) => (
          <tr key={label}>
            <th scope="row" className="muted">
              {label}
            </th>
            <td className="wrap-any muted">{before}</td>
            <td className="wrap-any">{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
