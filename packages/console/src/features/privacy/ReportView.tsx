import { DownloadOutlined } from "@ant-design/icons";
import type { getKeptReport } from "@terrace/contract/api/privacy";
import { Button } from "antd";
import type { CallAnswer } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { withLocalTimes } from "../../ui/format/iso-times.ts";

type Report = CallAnswer<typeof getKeptReport>;

/** A report on screen, and its files: HTML to print, Markdown to pass on. */
export function ReportView({ report }: { readonly report: Report }) {
  const text = useText();
  const { tableTime } = useFormat();
  const { document, html, markdown } = report;
  const about = document.about.map(([name, value]) => [name, withLocalTimes(value, tableTime)] as const);
  return (
    <article className="report">
      <header className="row-wrap">
        <h2 className="grow">{document.title}</h2>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => download(`${document.title}.html`, "text/html", html)}>
          {text("privacy.asHtml")}
        </Button>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => download(`${document.title}.md`, "text/markdown", markdown)}>
          {text("privacy.asMarkdown")}
        </Button>
      </header>
      <FactRows rows={about} />
      {document.sections.map((section) => (
        <section key={section.title}>
          <h3>{section.title}</h3>
          {section.paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {section.table === undefined ? null : <ReportTable table={section.table} />}
        </section>
      ))}
    </article>
  );
}

function ReportTable({ table }: { readonly table: NonNullable<Report["document"]["sections"][number]["table"]> }) {
  const { tableTime } = useFormat();
  return (
    <div className="plain-table-scroll">
      <table className="plain-table">
        <thead>
          <tr>
            {table.head.map((title) => (
              <th key={title}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join(" ")}>
              {row.map((cell, index) => (
                <td key={table.head[index]} className="wrap-any">
                  {withLocalTimes(cell, tableTime)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = globalThis.document.createElement("a");
  link.href = url;
  link.download = name.replaceAll(/[\\/:*?"<>|]/g, " ");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
