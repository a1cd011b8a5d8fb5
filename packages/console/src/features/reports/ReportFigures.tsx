import { changeText, figureText } from "@terrace/domain/insight/reports/figure-text";
import { changeOf } from "@terrace/domain/insight/reports/findings";
import { formOf } from "@terrace/domain/insight/reports/report-words";
import type { ReportContent, ReportFigure } from "@terrace/domain/insight/reports/report";
import { useLanguage, useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { Link } from "react-router";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { figurePath, periodText, reportLanguage } from "./report-words.ts";

type Props = { readonly content: ReportContent; readonly other: ReportContent | undefined };

/** The figures with what they are compared to, those of the service apart; another report's beside them where one was chosen. */
export function ReportFigures({ content, other }: Props) {
  const text = useText();
  const of = (section: ReportFigure["section"]) => content.figures.filter((figure) => figure.section === section);
  const service = of("service");
  return (
    <>
      <FiguresTable title={text("reports.figures")} figures={of("main")} content={content} other={other} />
      {service.length === 0 ? null : <FiguresTable title={text("reports.service")} figures={service} content={content} other={other} />}
    </>
  );
}

type TableProps = Props & { readonly title: string; readonly figures: readonly ReportFigure[] };

function FiguresTable({ title, figures, content, other }: TableProps) {
  const text = useText();
  const language = useLanguage();
  const hasGoals = content.figures.some(({ goal }) => goal !== null);
  return (
    <Panel flush title={title}>
      <div className="plain-table-scroll">
        <table className="plain-table">
          <thead>
            <tr>
              <th>{text("reports.figures")}</th>
              <th className="figure">{text("reports.now")}</th>
              <th className="figure">{text("reports.change")}</th>
              {content.lastYear === null ? null : <th className="figure">{text("reports.lastYear")}</th>}
              <th className="figure">{text("reports.usual")}</th>
              {hasGoals ? <th className="figure">{text("reports.goal")}</th> : null}
              {other === undefined ? null : (
                <>
                  <th className="figure">{periodText({ kind: other.kind, ...other.period }, language)}</th>
                  <th className="figure">{text("reports.difference")}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {figures.map((figure) => (
              <FigureRow key={figure.id} figure={figure} content={content} other={other} hasGoals={hasGoals} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function FigureRow({ figure, content, other, hasGoals }: Props & { readonly figure: ReportFigure; readonly hasGoals: boolean }) {
  const language = reportLanguage(useLanguage());
  const link = useLink();
  const form = formOf(content, figure, language);
  const { value, previous, lastYear, usual, goal } = figure;
  const theirs = other?.figures.find(({ id }) => id === figure.id)?.value ?? null;
  return (
    <tr>
      <th>
        <Link to={link(figurePath(content, figure.id))}>{figure.name[language]}</Link>
      </th>
      <td className="figure strong">{figureText(value, form)}</td>
      <ChangeCell figure={figure} before={previous} content={content} />
      {content.lastYear === null ? null : <ChangeCell figure={figure} before={lastYear} content={content} />}
      <td className="figure muted">{usual === null ? "—" : `${figureText(usual.low, form)} – ${figureText(usual.high, form)}`}</td>
      {hasGoals ? <td className="figure">{figureText(goal, form)}</td> : null}
      {other === undefined ? null : (
        <>
          <td className="figure">{figureText(theirs, form)}</td>
          <ChangeCell figure={figure} before={theirs} content={content} />
        </>
      )}
    </tr>
  );
}

type ChangeProps = { readonly figure: ReportFigure; readonly before: number | null; readonly content: ReportContent };

function ChangeCell({ figure, before, content }: ChangeProps) {
  const language = reportLanguage(useLanguage());
  const change = changeOf(figure.value, before);
  const isGood = change !== null && change !== 0 && figure.better !== "neutral" && change > 0 === (figure.better === "up");
  const level = change === null || change === 0 || figure.better === "neutral" ? "neutral" : isGood ? "good" : "bad";
  return <td className={`figure finding-${level}`}>{changeText(figure.value, before, formOf(content, figure, language))}</td>;
}
