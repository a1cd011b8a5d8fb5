import type { Combination } from "@terrace/domain/segments/combination";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { useSegmentNames } from "./SegmentSelect.tsx";

/** What a combination puts together, in words; each segment is a link. */
export function CombinationText({ combination: { op, of } }: { readonly combination: Combination }) {
  const text = useText();
  const link = useLink();
  const names = useSegmentNames(of);
  return (
    <>
      <span className="condition-line">{text(`segments.combineNote.${op}`)}</span>
      <ul className="segment-uses">
        {of.map((id, index) => (
          <li key={id}>
            {op === "except" ? <span className="muted small">{text(index === 0 ? "segments.in" : "segments.notIn")} </span> : null}
            <Link to={link(`segments/${id}`)}>{names.get(id) ?? id}</Link>
          </li>
        ))}
      </ul>
    </>
  );
}
