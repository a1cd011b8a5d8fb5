import { listPurposes } from "@terrace/contract/api/consent";
import { PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { PurposeModal } from "./PurposeModal.tsx";
import { TextsPanel } from "./TextsPanel.tsx";
import type { PurposeRow } from "./answers.ts";

const rowKey = ({ key }: PurposeRow) => key;

/** Purposes with their legal basis and how many people agreed, and the texts people are shown. */
export function ConsentTab() {
  const text = useText();
  const may = useMay();
  const purposes = useCall(listPurposes, { params: useWorkspaceParams() });
  const [edited, setEdited] = useState<PurposeRow | "new">();
  const manage = may("workspace:manage");
  return (
    <div className="stack">
      <Panel
        flush
        title={text("privacy.purposes")}
        extra={
          <>
            <ExportButton what="purposes" />
            {manage ? (
              <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => setEdited("new")}>
                {text("privacy.newPurpose")}
              </Button>
            ) : null}
          </>
        }
      >
        <QueryView query={purposes} skeleton={5}>
          {({ items }) => <PurposeTable items={items} {...(manage ? { onEdit: setEdited } : {})} />}
        </QueryView>
      </Panel>
      <TextsPanel />
      {edited === undefined ? null : <PurposeModal purpose={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </div>
  );
}

type PurposeTableProps = { readonly items: readonly PurposeRow[]; readonly onEdit?: (purpose: PurposeRow) => void };

function PurposeTable({ items, onEdit }: PurposeTableProps) {
  const text = useText();
  const format = useFormat();
  const english = useLanguage() === "en";
  const nameOf = (row: PurposeRow) => (english ? row.nameEn : row.nameZh);
  const edit = (row: PurposeRow) =>
    onEdit === undefined ? null : (
      <Button size="small" aria-label={`${text("common.edit")} ${nameOf(row)}`} onClick={() => onEdit(row)}>
        {text("common.edit")}
      </Button>
    );
  const state = (row: PurposeRow) => (row.active ? null : <Tag variant="filled">{text("privacy.inactive")}</Tag>);
  const columns: readonly DataColumn<PurposeRow>[] = [
    {
      key: "name",
      title: text("privacy.purpose"),
      width: 210,
      render: (row) => (
        <>
          <span className="strong">{nameOf(row)}</span> <code className="mono muted small">{row.key}</code> {state(row)}
        </>
      ),
    },
    {
      key: "description",
      title: text("privacy.description"),
      ellipsis: true,
      render: (row) => (english ? row.descriptionEn : row.descriptionZh),
    },
    { key: "basis", title: text("privacy.basis"), width: 150, render: ({ basis }) => text(`privacy.basis.${basis}`) },
    { key: "given", title: text("privacy.given"), width: 96, figure: true, render: ({ given }) => format.count(given) },
    { key: "withdrawn", title: text("privacy.withdrawn"), width: 96, figure: true, render: ({ withdrawn }) => format.count(withdrawn) },
    { key: "edit", title: "", width: 84, figure: true, render: edit },
  ];
  return (
    <DataTable<PurposeRow>
      label={text("privacy.purposes")}
      rows={items}
      rowKey={rowKey}
      columns={columns}
      minWidth={900}
      empty={<EmptyState text={text("privacy.noPurposes")} />}
      phoneRow={(row) => ({
        title: nameOf(row),
        state: state(row),
        detail: text(`privacy.basis.${row.basis}`),
        figures: text("privacy.counts", { given: format.count(row.given), withdrawn: format.count(row.withdrawn) }),
        actions: edit(row),
      })}
    />
  );
}
