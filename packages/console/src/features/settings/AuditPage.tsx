import { listAudit } from "@terrace/contract/api/access";
import { Button, Input, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { usePages } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { auditKeys } from "../../app/locale/zh-cn/settings.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { auditDetail } from "./audit-detail.ts";
import { AuditCheck } from "./AuditCheck.tsx";
import { AuditDrawer } from "./AuditDrawer.tsx";
import { AuditTarget, targetText } from "./AuditTarget.tsx";
import "./settings.css";
import type { AuditEntry } from "./answers.ts";

const rowKey = ({ id }: AuditEntry) => id;

/** Every change and every view of unmasked personal data, newest first. */
export function AuditPage() {
  const text = useText();
  const { search, set, clear } = useAddress();
  const action = search.get("action") ?? "";
  const actor = search.get("actor") ?? "";
  const [open, setOpen] = useState<AuditEntry>();
  const entries = usePages(
    listAudit,
    { params: useWorkspaceParams(), query: { limit: 50, ...(action === "" ? {} : { action }), ...(actor === "" ? {} : { actor }) } },
    { keepPrevious: true },
  );
  const rows = useMemo(() => entries.data?.pages.flatMap(({ items }) => items) ?? [], [entries.data]);
  const columns: readonly DataColumn<AuditEntry>[] = [
    { key: "at", title: text("merges.at"), width: 150, render: ({ at }) => <TimeText at={at} form="recent" /> },
    {
      key: "actor",
      title: text("audit.actor"),
      width: 190,
      ellipsis: true,
      render: (entry) => (
        <button type="button" className="plain-button" onClick={() => set("actor", entry.actor)}>
          {entry.actor}
        </button>
      ),
    },
    {
      key: "action",
      title: text("audit.action"),
      width: 160,
      ellipsis: true,
      render: (entry) => <span title={entry.action}>{textOr(`audit.${entry.action}`, entry.action)}</span>,
    },
    { key: "target", title: text("audit.target"), width: 140, ellipsis: true, render: ({ target }) => <AuditTarget target={target} /> },
    {
      key: "detail",
      title: text("quarantine.detail"),
      ellipsis: true,
      render: (entry) => <DetailCell entry={entry} onOpen={() => setOpen(entry)} />,
    },
    { key: "ip", title: text("audit.ip"), width: 130, render: ({ ip }) => <span className="muted">{ip === "" ? MISSING : ip}</span> },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.audit")}
        meta={
          <>
            <span>{text("audit.intro")}</span>
            <AuditCheck />
          </>
        }
        actions={<ExportButton what="audit" filters={{ action, actor }} />}
      />
      <Panel flush>
        <div className="filter-row">
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            className="audit-action"
            placeholder={text("audit.anyAction")}
            aria-label={text("audit.action")}
            {...(action === "" ? {} : { value: action })}
            onChange={(next?: string) => set("action", next ?? "")}
            options={auditKeys().map((key) => ({ value: key, label: textOr(`audit.${key}`, key) }))}
          />
          <ActorBox actor={actor} onActor={(next) => set("actor", next)} />
        </div>
        <QueryView query={entries} skeleton={8}>
          {() => (
            <>
              <DataTable<AuditEntry>
                label={text("nav.audit")}
                rows={rows}
                rowKey={rowKey}
                columns={columns}
                minWidth={960}
                onOpen={setOpen}
                empty={
                  <EmptyState
                    text={text(action === "" && actor === "" ? "home.changesEmpty" : "audit.noMatch")}
                    {...(action === "" && actor === "" ? {} : { action: <Button onClick={clear}>{text("common.clearFilters")}</Button> })}
                  />
                }
                phoneRow={(entry) => ({
                  title: textOr(`audit.${entry.action}`, entry.action),
                  detail: [entry.actor, targetText(entry.target)].filter(Boolean).join(" · "),
                  figures: <TimeText at={entry.at} form="recent" />,
                })}
              />
              <LoadMore pages={entries} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {open === undefined ? null : <AuditDrawer entry={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function DetailCell({ entry, onOpen }: { readonly entry: AuditEntry; readonly onOpen: () => void }) {
  const line = auditDetail(entry.detail, textOr);
  if (line === "") return <span className="muted">{MISSING}</span>;
  return (
    <button type="button" className="plain-button ellipsis audit-detail" title={line} onClick={onOpen}>
      <span className="muted">{line}</span>
    </button>
  );
}

function ActorBox({ actor, onActor }: { readonly actor: string; readonly onActor: (actor: string) => void }) {
  const text = useText();
  const [typed, setTyped] = useState(actor);
  const settled = useSettled(typed.trim(), 400);
  useEffect(() => setTyped(actor), [actor]);
  useEffect(() => {
    if (settled !== actor) onActor(settled);
    // Only typing moves the address; the field follows the address above.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Input
      className="filter-search"
      allowClear
      placeholder={text("audit.actorSearch")}
      aria-label={text("audit.actor")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
