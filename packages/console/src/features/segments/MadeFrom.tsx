import type { SegmentView } from "@terrace/contract/api/segments";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { KINDS, kindPath } from "../insight/frame/kinds.ts";
import { writeQuery } from "../insight/frame/query-text.ts";

/** The figure a segment's people were behind, as a link to it where its analysis has a page. */
export function MadeFrom({ figure }: { readonly figure: SegmentView["madeFrom"] }) {
  const text = useText();
  const link = useLink();
  if (figure === null) return <span className="muted">{text("segments.fromIds")}</span>;
  const page = KINDS.find(({ kind }) => kind === figure.kind);
  if (page === undefined) return <span className="muted">{text("segments.fromFigure")}</span>;
  const cell = figure.cell === undefined ? "" : `&cell=${writeQuery(figure.cell)}`;
  return (
    <Link to={link(`${kindPath(figure.kind)}?q=${writeQuery(figure.query)}${cell}`)}>
      {text("segments.fromAnalysis", { analysis: text(page.label) })}
    </Link>
  );
}
