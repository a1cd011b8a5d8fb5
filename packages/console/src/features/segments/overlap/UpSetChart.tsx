import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { letterOf, type Overlap, type OverlapRow } from "./overlap-rows.ts";

type Props = {
  readonly segments: Overlap["segments"];
  readonly rows: readonly OverlapRow[];
  readonly picked: string | undefined;
  readonly onPick: (row: OverlapRow) => void;
};

/** An UpSet chart lying down, so that it fits a phone: a row for each intersection, dots for the segments in it, a bar for its people. */
export function UpSetChart({ segments, rows, picked, onPick }: Props) {
  const text = useText();
  const format = useFormat();
  const most = Math.max(1, ...rows.map(({ people }) => people));
  return (
    <table className="upset" aria-label={text("segments.overlap")}>
      <thead>
        <tr>
          {segments.map(({ id, name }, index) => (
            <th key={id} scope="col" title={name}>
              {letterOf(index)}
            </th>
          ))}
          <th scope="col" className="upset-bar-head">
            {text("segments.size")}
          </th>
          <th scope="col" className="figure">
            {text("segments.share")}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={row.key === picked ? "upset-picked" : ""}>
            {segments.map(({ id }) => (
              <td key={id} className="upset-dot">
                <span className={row.in.includes(id) ? "upset-in" : "upset-out"} aria-hidden="true" />
              </td>
            ))}
            <td>
              <button
                type="button"
                className="upset-bar"
                aria-label={wordsOf(row)}
                aria-pressed={row.key === picked}
                onClick={() => onPick(row)}
              >
                <span className="upset-fill" style={{ width: `${(100 * row.people) / most}%` }} />
                <span className="upset-count">{format.count(row.people)}</span>
              </button>
            </td>
            <td className="figure">{format.measure("share").short(row.share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function wordsOf(row: OverlapRow): string {
    const list = new Intl.ListFormat(format.language, { type: "conjunction" });
    const names = segments.flatMap(({ id, name }) => (row.in.includes(id) ? [name] : []));
    return text("segments.onlyIn", { names: list.format(names), people: format.count(row.people) });
  }
}
