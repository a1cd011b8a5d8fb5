import { listDuplicates } from "@terrace/contract/api/duplicates";
import { DUPLICATE_SIGNS } from "@terrace/domain/identity/duplicate-rules";
import { Button, Segmented, Tag } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { KeepApartButton } from "./KeepApartButton.tsx";
import { MergeRulesModal } from "./MergeRulesModal.tsx";
import type { DuplicateGroup } from "./answers.ts";

const rowKey = ({ people }: DuplicateGroup) => people.map(({ person }) => person).join("-");

/** People who look like one, because they share a phone, an e-mail, an id card or a WeChat unionid. */
export function DuplicatesPage() {
  const text = useText();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [ruling, setRuling] = useState(false);
  const sign = DUPLICATE_SIGNS.find((one) => one === search.get("sign")) ?? "phone";
  const duplicates = useCall(listDuplicates, { params: useWorkspaceParams(), query: { sign, limit: 200 } }, { keepPrevious: true });
  return (
    <>
      <PageHeader
        title={text("nav.duplicates")}
        meta={<span>{text("duplicates.intro")}</span>}
        actions={may("workspace:manage") ? <Button onClick={() => setRuling(true)}>{text("duplicates.rules")}</Button> : null}
      />
      <Panel flush>
        <div className="filter-row">
          <Segmented
            value={sign}
            onChange={(next) => setSearch(next === "phone" ? {} : { sign: next })}
            options={(["phone", "email", "id_card", "unionid"] as const).map((one) => ({
              value: one,
              label: text(`duplicates.sign.${one}`),
            }))}
          />
          {duplicates.data === undefined ? null : (
            <span className="muted">
              {text(duplicates.data.more ? "duplicates.more" : "duplicates.count", { count: duplicates.data.groups.length })}
              {" · "}
              {text(`duplicates.confidence.${duplicates.data.confidence}`)}
            </span>
          )}
        </div>
        <QueryView query={duplicates} skeleton={6}>
          {({ groups }) => <GroupTable groups={groups} />}
        </QueryView>
      </Panel>
      {ruling ? <MergeRulesModal onClose={() => setRuling(false)} /> : null}
    </>
  );
}

function GroupTable({ groups }: { readonly groups: readonly DuplicateGroup[] }) {
  const text = useText();
  const columns: readonly DataColumn<DuplicateGroup>[] = [
    {
      key: "value",
      title: text("duplicates.shared"),
      width: 200,
      ellipsis: true,
      render: ({ value }) => <span className="strong">{value}</span>,
    },
    { key: "people", title: text("conflicts.people"), render: (group) => <GroupPeople group={group} /> },
    {
      key: "apart",
      title: text("people.state"),
      width: 130,
      render: ({ keptApart }) => (keptApart ? <Tag variant="filled">{text("duplicates.keptApart")}</Tag> : null),
    },
    {
      key: "seen",
      title: text("conflicts.lastSeen"),
      width: 150,
      figure: true,
      render: (group) => <TimeText at={lastSeen(group)} form="recent" />,
    },
    { key: "action", title: "", width: 210, figure: true, render: (group) => <GroupActions group={group} /> },
  ];
  return (
    <DataTable<DuplicateGroup>
      label={text("nav.duplicates")}
      rows={groups}
      rowKey={rowKey}
      columns={columns}
      minWidth={900}
      empty={<EmptyState text={text("duplicates.empty")} />}
      phoneRow={(group) => ({
        title: group.value,
        detail: group.people.map(({ displayName }) => displayName).join(" / "),
        figures: <TimeText at={lastSeen(group)} form="recent" />,
        actions: <GroupActions group={group} />,
      })}
    />
  );
}

function lastSeen({ people }: DuplicateGroup): string | null {
  return (
    people
      .map(({ lastSeenAt }) => lastSeenAt)
      .toSorted()
      .at(-1) ?? null
  );
}

function GroupPeople({ group }: { readonly group: DuplicateGroup }) {
  const link = useLink();
  return (
    <>
      {group.people.map(({ person, displayName }, i) => (
        <span key={person}>
          {i === 0 ? "" : " / "}
          <Link to={link(`people/${person}`)}>{displayName}</Link>
        </span>
      ))}
    </>
  );
}

/** Comparing leads to the merge of the first two: of more people, one pair at a time. */
function GroupActions({ group }: { readonly group: DuplicateGroup }) {
  const text = useText();
  const link = useLink();
  const may = useMay();
  const [first, second] = group.people;
  if (first === undefined || second === undefined || !may("people:merge")) return null;
  return (
    <span className="row row-end">
      {group.keptApart ? null : <KeepApartButton group={group} />}
      <Link to={link(`people/${first.person}/merge?with=${second.person}`)}>
        <Button size="small">{text("conflicts.compare")}</Button>
      </Link>
    </span>
  );
}
