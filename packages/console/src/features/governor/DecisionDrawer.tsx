import { listGovernorDecisions, type GovernorDecision } from "@terrace/contract/api/governor";
import { Drawer } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import type { Days, DecisionLine } from "./decision-lines.ts";
import { reasonWords, whyWords } from "./governor-words.ts";

type Props = { readonly line: DecisionLine; readonly days: Days; readonly onClose: () => void };
const rowKey = ({ id }: GovernorDecision) => id;

/** Single decisions of one kind, each with whom it was about and what explains it. */
export function DecisionDrawer({ line: { what, reason, rule }, days, onClose }: Props) {
  const text = useText();
  const query = { limit: 50, ...days, what, reason, ...(rule === null ? {} : { rule }) };
  const pages = usePages(listGovernorDecisions, { params: useWorkspaceParams(), query });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return (
    <Drawer open size={720} title={`${text(`governor.what.${what}`)} · ${reasonWords(reason)}`} onClose={onClose}>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Drawer>
  );
}

function Rows({ rows }: { readonly rows: readonly GovernorDecision[] }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const nameOf = ({ person }: GovernorDecision) =>
    person === null ? (
      <span className="muted">{text("governor.nobody")}</span>
    ) : (
      <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>
    );
  const columns: readonly DataColumn<GovernorDecision>[] = [
    { key: "at", title: text("governor.at"), width: 150, render: ({ at }) => <TimeText at={at} /> },
    { key: "person", title: text("governor.person"), ellipsis: true, render: nameOf },
    { key: "channel", title: text("governor.channel"), width: 110, render: ({ channel }) => text(`templates.channelOf.${channel}`) },
    { key: "why", title: text("governor.why"), ellipsis: true, render: (one) => whyWords(one, format) || "—" },
  ];
  return (
    <DataTable<GovernorDecision>
      label={text("governor.decisions")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={600}
      empty={<EmptyState text={text("governor.noDecisions")} />}
      phoneRow={(one) => ({
        title: nameOf(one),
        state: text(`templates.channelOf.${one.channel}`),
        detail: whyWords(one, format),
        figures: <TimeText at={one.at} />,
      })}
    />
  );
}
