import { sectionsOf, type LaidRow } from "@terrace/domain/insight/reports/report-sections";
import type { ReportContent } from "@terrace/domain/insight/reports/report";
import { Link } from "react-router";
import { useLanguage } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { aheadPath, figurePath, reportLanguage } from "./report-words.ts";

/** What may come in the next period, and figures before and after what was done. */
export function ReportSections({ content }: { readonly content: ReportContent }) {
  const language = reportLanguage(useLanguage());
  return (
    <>
      {sectionsOf(content, language).map(({ title, note, head, rows }) => (
        <Panel key={title} flush title={title}>
          <p className="muted report-section-note">{note}</p>
          {head.length === 0 ? null : (
            <div className="plain-table-scroll report-section">
              <table className="plain-table">
                <thead>
                  <tr>
                    {head.map((word, index) => (
                      <th key={word} className={index === 0 ? "" : "figure"}>
                        {word}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <SectionRow key={row.name} row={row} content={content} head={head} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
      ))}
    </>
  );
}

function SectionRow({ row, content, head }: { readonly row: LaidRow; readonly content: ReportContent; readonly head: readonly string[] }) {
  const link = useLink();
  const path =
    row.of !== undefined
      ? figurePath(content, row.of.figure, row.of.span)
      : row.ahead !== undefined
        ? aheadPath(content, row.ahead)
        : undefined;
  return (
    <tr>
      <th>{path === undefined ? row.name : <Link to={link(path)}>{row.name}</Link>}</th>
      {row.cells.map(({ text, level }, index) => (
        <td key={head[index + 1]} className={`figure finding-${level}`}>
          {text}
        </td>
      ))}
    </tr>
  );
}
