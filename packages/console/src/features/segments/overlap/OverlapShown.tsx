import { BarsOutlined, DownloadOutlined, TableOutlined } from "@ant-design/icons";
import { listOverlapPeople, OVERLAP_KIND } from "@terrace/contract/api/segment-figures";
import { Button, Checkbox, Drawer, Tooltip } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { downloadCsv, toCsv } from "../../../ui/format/csv.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { PlainHead } from "../../../ui/PlainHead.tsx";
import { PeoplePane } from "../../insight/frame/PeoplePane.tsx";
import { letterOf, overlapRows, type Overlap, type OverlapRow } from "./overlap-rows.ts";
import { UpSetChart } from "./UpSetChart.tsx";

type Props = {
  readonly overlap: Overlap;
  /** The intersection whose people are looked at. */
  readonly cell: readonly string[];
  readonly onPick: (cell: readonly string[]) => void;
};

/** The answer: how large each segment is, and each intersection as a bar or as a row of a table. */
export function OverlapShown({ overlap, cell, onPick }: Props) {
  const text = useText();
  const format = useFormat();
  const phone = usePhone();
  const [asTable, setAsTable] = useState(false);
  const [empty, setEmpty] = useState(false);
  const rows = overlapRows(overlap, empty);
  const picked = overlapRows(overlap, true).find(({ key }) => key === cell.join(","));
  const names = useNames(overlap);
  const pick = (row: OverlapRow) => onPick(row.key === picked?.key ? [] : row.in);
  const pane =
    picked === undefined ? null : (
      <PeoplePane
        kind={OVERLAP_KIND}
        people={listOverlapPeople}
        query={{ segments: overlap.segments.map(({ id }) => id) }}
        cell={{ in: [...picked.in] }}
        words={{ title: names(picked.in), detail: text("segments.onlyThese"), people: picked.people }}
        onClose={() => onPick([])}
      />
    );
  const other = text(asTable ? "common.chart" : "common.table");
  return (
    <div className="stack">
      <Sets overlap={overlap} />
      <Panel
        title={text("segments.intersections")}
        extra={
          <>
            <Checkbox checked={empty} onChange={({ target }) => setEmpty(target.checked)}>
              {text("segments.showEmpty")}
            </Checkbox>
            <Tooltip title={other}>
              <Button
                type="text"
                size="small"
                aria-label={other}
                aria-pressed={asTable}
                icon={asTable ? <BarsOutlined /> : <TableOutlined />}
                onClick={() => setAsTable(!asTable)}
              />
            </Tooltip>
            <Tooltip title={text("chart.exportCsv")}>
              <Button
                type="text"
                size="small"
                aria-label={text("chart.exportCsv")}
                icon={<DownloadOutlined />}
                onClick={() => downloadCsv(text("segments.overlap"), csvOf())}
              />
            </Tooltip>
          </>
        }
      >
        {rows.length === 0 ? <EmptyState text={text("segments.nobodyIn")} /> : null}
        <div className="overlap-body">
          <div className="grow">
            {asTable ? (
              <OverlapTable rows={rows} names={names} onPick={pick} />
            ) : (
              <UpSetChart segments={overlap.segments} rows={rows} picked={picked?.key} onPick={pick} />
            )}
          </div>
          {phone ? null : pane}
        </div>
        <p className="small muted overlap-union">{text("segments.union", { count: overlap.union, shown: format.count(overlap.union) })}</p>
      </Panel>
      {phone && picked !== undefined ? (
        <Drawer open title={names(picked.in)} size="100%" className="people-drawer" onClose={() => onPick([])}>
          {pane}
        </Drawer>
      ) : null}
    </div>
  );

  function csvOf(): string {
    const head = [...overlap.segments.map(({ name }) => name), text("segments.size"), text("segments.share")];
    const share = format.measure("share");
    return toCsv(
      head,
      rows.map((row) => [...overlap.segments.map(({ id }) => (row.in.includes(id) ? 1 : 0)), row.people, share.plain(row.share)]),
    );
  }
}

/** Names of some of the segments as a list. */
function useNames({ segments }: Overlap): (ids: readonly string[]) => string {
  const { language } = useFormat();
  return (ids) =>
    new Intl.ListFormat(language, { type: "conjunction" }).format(segments.flatMap(({ id, name }) => (ids.includes(id) ? [name] : [])));
}

function Sets({ overlap: { segments } }: { readonly overlap: Overlap }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const most = Math.max(1, ...segments.map(({ people }) => people));
  return (
    <Panel title={text("segments.overlapSets")}>
      <ul className="overlap-sets">
        {segments.map(({ id, name, people }, index) => (
          <li key={id}>
            <b>{letterOf(index)}</b>
            <Link to={link(`segments/${id}`)} className="ellipsis">
              {name}
            </Link>
            <span className="overlap-set-bar" aria-hidden="true">
              <span className="upset-fill" style={{ width: `${(100 * people) / most}%` }} />
            </span>
            <span className="figure">{format.count(people)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function OverlapTable({
  rows,
  names,
  onPick,
}: {
  readonly rows: readonly OverlapRow[];
  readonly names: (ids: readonly string[]) => string;
  readonly onPick: (row: OverlapRow) => void;
}) {
  const text = useText();
  const format = useFormat();
  return (
    <div className="plain-table-scroll" tabIndex={0}>
      <table className="plain-table">
        <PlainHead
          columns={[
            { title: text("segments.onlyThese") },
            { title: text("segments.size"), figure: true },
            { title: text("segments.share"), figure: true },
          ]}
        />
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{names(row.in)}</th>
              <td className="figure">
                <button type="button" className="chart-cell" onClick={() => onPick(row)}>
                  {format.count(row.people)}
                </button>
              </td>
              <td className="figure">{format.measure("share").exact(row.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
