import { deltaText, figureText, shareText } from "@terrace/domain/insight/reports/figure-text";
import { breakdownWord, formOf, valueWord } from "@terrace/domain/insight/reports/report-words";
import type { ReportContent, ReportTable } from "@terrace/domain/insight/reports/report";
import { Link } from "react-router";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { reportLanguage, valuePath } from "./report-words.ts";

/** Figures taken apart by breakdowns: the changes of the rows add up to that of the figure. */
export function ReportTables({ content }: { readonly content: ReportContent }) {
  return (
    <div className="report-tables">
      {content.tables.map((table) => (
        <BreakdownTable key={`${table.figure}-${table.by}`} content={content} table={table} />
      ))}
    </div>
  );
}

function BreakdownTable({ content, table }: { readonly content: ReportContent; readonly table: ReportTable }) {
  const text = useText();
  const link = useLink();
  const language = reportLanguage(useLanguage());
  const figure = content.figures.find(({ id }) => id === table.figure);
  if (figure === undefined) return null;
  const form = formOf(content, figure, language);
  const by = breakdownWord(table.by, language);
  const whole = (figure.value ?? 0) - (figure.previous ?? 0);
  return (
    <Panel flush title={`${figure.name[language]} · ${by}`}>
      <div className="plain-table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{by}</th>
              <th className="figure">{text("reports.now")}</th>
              <th className="figure">{text("reports.before")}</th>
              <th className="figure">{text("reports.delta")}</th>
              <th className="figure">{text("reports.share")}</th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ value, other, now, before, delta }) => (
              <tr key={`${other}-${value}`}>
                <th>
                  {other ? (
                    valueWord(value, other, language)
                  ) : (
                    <Link to={link(valuePath(content, table.figure, table.by, value))}>{valueWord(value, other, language)}</Link>
                  )}
                </th>
                <td className="figure">{figureText(now, form)}</td>
                <td className="figure">{figureText(before, form)}</td>
                <td className="figure">{deltaText(delta, form)}</td>
                <td className="figure muted">{whole === 0 ? "—" : shareText(delta / whole, language)}</td>
              </tr>
            ))}
            {table.overlap === 0 ? null : (
              <tr>
                <th className="muted">{text("reports.overlap")}</th>
                <td />
                <td />
                <td className="figure muted">{deltaText(table.overlap, form)}</td>
                <td />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
