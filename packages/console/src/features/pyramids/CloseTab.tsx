import { listCloseToPromotion, listInDanger } from "@terrace/contract/api/pyramid-figures";
import { Progress, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useConditionLines } from "../conditions/ConditionText.tsx";
import type { Close, Danger, LayerView, PyramidView } from "./answers.ts";
import "./layer/layer.css";

type Near = Close["items"][number];
type Low = Danger["items"][number];
/** The nearest: those in danger stand below them. */
const NEAR_SHOWN = 20;
const rowKey = ({ personId }: { readonly personId: string }) => personId;

/** Who is near to a layer and what they lack, and who is about to lose it. */
export function CloseTab({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const words = useWords();
  const ruled = pyramid.layers.filter(({ rule, demotion }) => rule !== null || demotion.minimum !== null);
  const [chosen, setChosen] = useState<string>();
  const layer = ruled.find(({ key }) => key === chosen) ?? ruled[0];
  if (layer === undefined)
    return (
      <Panel>
        <EmptyState text={text("pyramids.nothingRuled")} />
      </Panel>
    );
  return (
    <div className="stack">
      <Select<string>
        className="class-choice"
        aria-label={text("pyramids.layer")}
        value={layer.key}
        onChange={setChosen}
        options={ruled.map(({ key, name }) => ({ value: key, label: words(name) }))}
      />
      {layer.rule === null ? null : <NearPanel key={`near ${layer.key}`} pyramid={pyramid} layer={layer} />}
      {layer.demotion.minimum === null ? null : <DangerPanel key={`danger ${layer.key}`} pyramid={pyramid} layer={layer} />}
    </div>
  );
}

type LayerProps = { readonly pyramid: PyramidView; readonly layer: LayerView };

function NearPanel({ pyramid, layer }: LayerProps) {
  const text = useText();
  const words = useWords();
  const near = useCall(listCloseToPromotion, {
    params: { ...useWorkspaceParams(), pyramid: pyramid.key, layer: layer.key },
    query: { limit: NEAR_SHOWN },
  });
  return (
    <Panel flush title={text("pyramids.close", { name: words(layer.name) })}>
      <QueryView query={near} skeleton={6}>
        {(data) => (
          <>
            {data.uncountable.length === 0 ? null : <p className="small muted pyramid-note">{text("pyramids.uncountable")}</p>}
            <NearTable pyramid={pyramid} rows={data.items} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function NearTable({ pyramid, rows }: { readonly pyramid: PyramidView; readonly rows: readonly Near[] }) {
  const text = useText();
  const words = useWords();
  const link = useLink();
  const nameOf = (key: string | null) => {
    const found = pyramid.layers.find((one) => one.key === key);
    return found === undefined ? text("classes.noValue") : words(found.name);
  };
  const columns: readonly DataColumn<Near>[] = [
    {
      key: "person",
      title: text("verification.person"),
      width: 180,
      ellipsis: true,
      render: ({ personId, displayName }) => <Link to={link(`people/${personId}`)}>{displayName}</Link>,
    },
    { key: "layer", title: text("pyramids.layerNow"), width: 130, render: ({ layer }) => nameOf(layer) },
    {
      key: "progress",
      title: text("pyramids.progress"),
      width: 160,
      render: ({ progress }) => <Progress percent={Math.floor(progress * 100)} size="small" aria-label={text("pyramids.progress")} />,
    },
    { key: "lacks", title: text("pyramids.lacks"), render: (row) => <Lacks row={row} /> },
  ];
  return (
    <DataTable<Near>
      label={text("pyramids.tab.close")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={820}
      empty={<EmptyState text={text("pyramids.nobodyClose")} />}
      phoneRow={(row) => ({
        title: <Link to={link(`people/${row.personId}`)}>{row.displayName}</Link>,
        detail: <Lacks row={row} />,
        figures: `${Math.floor(row.progress * 100)}%`,
      })}
    />
  );
}

/** What somebody still lacks, each part of the condition with how far they are. */
function Lacks({ row: { lacks, unmet } }: { readonly row: Near }) {
  const text = useText();
  const format = useFormat();
  const lines = useConditionLines();
  const said = (condition: Near["unmet"][number]) =>
    lines(condition)
      .map(({ words }) => words)
      .join(" ");
  if (lacks.length === 0 && unmet.length === 0) return MISSING;
  return (
    <ul className="pyramid-lacks">
      {lacks.map(({ leaf, has, needs, op }) => (
        <li key={said(leaf)}>
          {said(leaf)} <b>{text("pyramids.hasNeeds", { has: format.figure(has), needs: `${SIGNS[op]} ${format.figure(needs)}` })}</b>
        </li>
      ))}
      {unmet.map((condition) => (
        <li key={said(condition)} className="muted">
          {said(condition)}
        </li>
      ))}
    </ul>
  );
}

const SIGNS = { gt: ">", gte: "≥", eq: "=", lt: "<", lte: "≤" } as const;

function DangerPanel({ pyramid, layer }: LayerProps) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const link = useLink();
  const danger = useCall(listInDanger, { params: { ...useWorkspaceParams(), pyramid: pyramid.key, layer: layer.key }, query: {} });
  const unit = pyramid.contribution === null ? "" : words(pyramid.contribution.unit);
  const minimum = layer.demotion.minimum?.atLeast ?? 0;
  const columns: readonly DataColumn<Low>[] = [
    {
      key: "person",
      title: text("verification.person"),
      ellipsis: true,
      render: ({ personId, displayName }) => <Link to={link(`people/${personId}`)}>{displayName}</Link>,
    },
    {
      key: "contribution",
      title: text("pyramids.contributed", { unit }),
      width: 160,
      figure: true,
      render: ({ contribution }) => format.figure(contribution),
    },
    {
      key: "lacks",
      title: text("pyramids.lacking"),
      width: 120,
      figure: true,
      render: ({ contribution }) => format.figure(Math.max(0, minimum - contribution)),
    },
    {
      key: "months",
      title: text("pyramids.monthsBelow"),
      width: 150,
      figure: true,
      render: ({ monthsBelow }) => format.count(monthsBelow),
    },
    {
      key: "leaves",
      title: text("pyramids.leavesAt"),
      width: 150,
      figure: true,
      render: ({ leavesAt }) => (leavesAt === null ? MISSING : format.tableTime(leavesAt)),
    },
  ];
  return (
    <Panel
      flush
      title={text("pyramids.danger", { name: words(layer.name) })}
      {...(danger.data === undefined ? {} : { count: format.count(danger.data.people) })}
    >
      <QueryView query={danger} skeleton={6}>
        {(data) => (
          <>
            <p className="small muted pyramid-note">
              {text("pyramids.minimumOf", { month: data.month, least: format.figure(data.minimum), unit })}
            </p>
            <DataTable<Low>
              label={text("pyramids.danger", { name: words(layer.name) })}
              rows={data.items}
              rowKey={rowKey}
              columns={columns}
              minWidth={720}
              empty={<EmptyState text={text("pyramids.nobodyInDanger")} />}
              phoneRow={(row) => ({
                title: <Link to={link(`people/${row.personId}`)}>{row.displayName}</Link>,
                detail: row.leavesAt === null ? "" : text("pyramids.leaves", { time: format.tableTime(row.leavesAt) }),
                figures: `${format.figure(row.contribution)} / ${format.figure(data.minimum)}`,
              })}
            />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
