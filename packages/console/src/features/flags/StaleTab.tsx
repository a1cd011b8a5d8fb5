import { listStaleFlags } from "@terrace/contract/api/flag-reports";
import { Segmented, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { flagPath, valueText } from "./flag-parts.ts";

type Row = CallAnswer<typeof listStaleFlags>["items"][number];
const rowKey = ({ key }: Row) => key;
const DAYS = [7, 30, 90, 365];

/** Flags that may go, and why. */
export function StaleTab() {
  const text = useText();
  const [days, setDays] = useState(30);
  const query = useCall(listStaleFlags, { params: useWorkspaceParams(), query: { days } }, { keepPrevious: true });
  return (
    <Panel flush>
      <div className="filter-row">
        <Segmented
          aria-label={text("flags.staleDays")}
          value={days}
          onChange={setDays}
          options={DAYS.map((value) => ({ value, label: text("flags.staleDays.each", { days: value }) }))}
        />
        <span className="small muted">{text("flags.staleNote")}</span>
      </div>
      <QueryView query={query} skeleton={5}>
        {({ items }) => <Rows rows={items} />}
      </QueryView>
    </Panel>
  );
}

function Rows({ rows }: { readonly rows: readonly Row[] }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const reasons = (row: Row) => (
    <span className="tags">
      {row.reasons.map((reason) => (
        <Tag key={reason}>{text(`flags.reason.${reason}`)}</Tag>
      ))}
    </span>
  );
  const columns: readonly DataColumn<Row>[] = [
    { key: "name", title: text("flags.name"), ellipsis: true, render: ({ key, name }) => <Link to={link(flagPath(key))}>{name}</Link> },
    { key: "key", title: text("flags.key"), ellipsis: true, render: ({ key }) => <span className="mono">{key}</span> },
    { key: "reasons", title: text("flags.reasons"), width: 300, render: reasons },
    {
      key: "value",
      title: text("flags.oneValue"),
      width: 110,
      ellipsis: true,
      render: ({ value }) => <span className="mono">{value === null ? MISSING : valueText(value)}</span>,
    },
    {
      key: "evaluations",
      title: text("flags.evaluations"),
      width: 110,
      figure: true,
      render: ({ evaluations }) => format.count(evaluations),
    },
    {
      key: "last",
      title: text("flags.lastEvaluated"),
      width: 120,
      figure: true,
      render: ({ lastEvaluatedOn }) => lastEvaluatedOn ?? MISSING,
    },
    { key: "changed", title: text("flags.changedAt"), width: 150, figure: true, render: ({ changedAt }) => <TimeText at={changedAt} /> },
  ];
  return (
    <DataTable<Row>
      label={text("flags.tab.stale")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={1060}
      onOpen={({ key }) => void navigate(link(flagPath(key)))}
      empty={<EmptyState text={text("flags.staleEmpty")} />}
      phoneRow={(row) => ({
        title: row.name,
        state: reasons(row),
        detail: row.key,
        figures: text("flags.evaluationsOf", { count: row.evaluations, evaluations: format.count(row.evaluations) }),
      })}
    />
  );
}
