import { OVERLAP_KIND } from "@terrace/contract/api/segment-figures";
import { CHANGES_KIND } from "@terrace/contract/api/segment-history";
import type { SegmentView } from "@terrace/contract/api/segments";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { KINDS, kindPath } from "../insight/frame/kinds.ts";
import { writeQuery } from "../insight/frame/query-text.ts";

type Figure = NonNullable<SegmentView["madeFrom"]>;

/** The figure a segment's people were behind, as a link to it where it has a page. */
export function MadeFrom({ figure }: { readonly figure: SegmentView["madeFrom"] }) {
  const text = useText();
  const link = useLink();
  if (figure === null) return <span className="muted">{text("segments.fromIds")}</span>;
  const of = ofSegments(figure);
  if (of !== undefined) return <Link to={link(of.path)}>{text(of.label)}</Link>;
  const page = KINDS.find(({ kind }) => kind === figure.kind);
  if (page === undefined) return <span className="muted">{text("segments.fromFigure")}</span>;
  const cell = figure.cell === undefined ? "" : `&cell=${writeQuery(figure.cell)}`;
  return (
    <Link to={link(`${kindPath(figure.kind)}?q=${writeQuery(figure.query)}${cell}`)}>
      {text("segments.fromAnalysis", { analysis: text(page.label) })}
    </Link>
  );
}

/** Where a figure of segments themselves is: an intersection, or who came and left. */
function ofSegments({ kind, query, cell }: Figure) {
  if (kind === OVERLAP_KIND)
    return {
      path: `segments/overlap?of=${idList(query["segments"])}&in=${idList(cell?.["in"])}`,
      label: "segments.fromOverlap",
    } as const;
  const { segment } = query;
  return kind === CHANGES_KIND && typeof segment === "string"
    ? ({ path: `segments/${segment}?tab=history`, label: "segments.fromChanges" } as const)
    : undefined;
}

function idList(ids: unknown): string {
  return Array.isArray(ids) ? ids.map(String).join(",") : "";
}
