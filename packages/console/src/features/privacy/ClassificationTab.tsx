import { classifyProperty, listClassification } from "@terrace/contract/api/privacy";
import { PROPERTY_CLASSES, type PropertyClass } from "@terrace/domain/personal/property-class";
import { App, Segmented, Select, Tag } from "antd";
import { useMemo } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { SearchInput } from "../../ui/SearchInput.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";

type Row = CallAnswer<typeof listClassification>["items"][number];
const rowKey = ({ scope, name }: Row) => `${scope} ${name}`;
const SHOWN_MAX = 300;
const SCOPES = ["all", "personal", "property", "trait"] as const;

/** Every property and trait seen, and what each is. */
export function ClassificationTab() {
  const text = useText();
  const address = useAddress();
  const classes = useCall(listClassification, { params: useWorkspaceParams() });
  const scope = SCOPES.find((one) => one === address.search.get("scope")) ?? "all";
  const search = address.search.get("q") ?? "";
  return (
    <div className="stack">
      <p className="muted tab-hint">{text("privacy.classHint")}</p>
      <div className="row-wrap">
        <Segmented
          value={scope}
          options={SCOPES.map((one) => ({ value: one, label: text(`privacy.scope.${one}`) }))}
          onChange={(value) => address.set("scope", value === "all" ? "" : value)}
        />
        <SearchInput label={text("privacy.searchName")} value={search} onChange={(value) => address.set("q", value)} />
        <ExportButton what="classification" />
      </div>
      <Panel flush>
        <QueryView query={classes} skeleton={8}>
          {({ items, complete }) => <ClassTable items={items} scope={scope} search={search} complete={complete} />}
        </QueryView>
      </Panel>
    </div>
  );
}

type ClassTableProps = {
  readonly items: readonly Row[];
  readonly scope: (typeof SCOPES)[number];
  readonly search: string;
  readonly complete: boolean;
};

function ClassTable({ items, scope, search, complete }: ClassTableProps) {
  const text = useText();
  const found = useMemo(
    () =>
      items.filter(
        (row) =>
          (scope === "all" || scope === row.scope || (scope === "personal" && row.class !== "none")) &&
          row.name.toLowerCase().includes(search.trim().toLowerCase()),
      ),
    [items, scope, search],
  );
  const shown = found.slice(0, SHOWN_MAX);
  const columns: readonly DataColumn<Row>[] = [
    {
      key: "name",
      title: text("privacy.property"),
      ellipsis: true,
      render: (row) => (
        <>
          <code className="mono">{row.name}</code> <Tag variant="filled">{text(`privacy.scopeOf.${row.scope}`)}</Tag>
        </>
      ),
    },
    { key: "class", title: text("privacy.class"), width: 190, render: (row) => <ClassSelect row={row} /> },
    { key: "by", title: text("privacy.setBy"), width: 200, ellipsis: true, render: (row) => <SetBy row={row} /> },
    {
      key: "hidden",
      title: text("privacy.hidden"),
      width: 110,
      render: (row) => text(row.hidden ? "privacy.isHidden" : "privacy.notHidden"),
    },
    {
      key: "events",
      title: text("privacy.seenIn"),
      ellipsis: true,
      render: (row) => (
        <span className="muted">
          {row.events.join(", ")}
          {row.eventCount > row.events.length ? ` +${row.eventCount - row.events.length}` : ""}
        </span>
      ),
    },
    {
      key: "seen",
      title: text("privacy.lastSeen"),
      width: 130,
      figure: true,
      render: (row) => <TimeText at={row.lastSeenAt} form="day" />,
    },
  ];
  return (
    <>
      <DataTable<Row>
        label={text("privacy.tab.classification")}
        rows={shown}
        rowKey={rowKey}
        columns={columns}
        minWidth={900}
        empty={<EmptyState text={text(items.length === 0 ? "privacy.noProperties" : "privacy.noMatch")} />}
        phoneRow={(row) => ({
          title: row.name,
          state: <Tag variant="filled">{text(`privacy.scopeOf.${row.scope}`)}</Tag>,
          detail: <SetBy row={row} />,
          actions: <ClassSelect row={row} />,
        })}
      />
      {found.length > shown.length || !complete ? (
        <p className="muted panel-note">{text("privacy.moreThanShown", { shown: shown.length, count: found.length })}</p>
      ) : null}
    </>
  );
}

function SetBy({ row }: { readonly row: Row }) {
  const text = useText();
  if (row.setBy !== "") return <span>{row.setBy}</span>;
  return <span className="muted">{text(row.detected === "none" ? "privacy.notSet" : "privacy.recognised")}</span>;
}

function ClassSelect({ row }: { readonly row: Row }) {
  const text = useText();
  const may = useMay();
  const params = useWorkspaceParams();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const classify = useChange(classifyProperty, [listClassification]);
  const change = (chosen: PropertyClass) =>
    classify.mutate(
      { params, body: { scope: row.scope, name: row.name, class: chosen } },
      { onSuccess: () => void message.success(text("privacy.classSaved")), onError: showFault },
    );
  if (!may("events:define")) return <span>{text(`privacy.class.${row.class}`)}</span>;
  return (
    <Select<PropertyClass>
      className="class-select"
      size="small"
      aria-label={`${text("privacy.class")} ${row.name}`}
      value={row.class}
      loading={classify.isPending}
      onChange={change}
      options={PROPERTY_CLASSES.map((one) => ({
        value: one,
        label: text(`privacy.class.${one}`),
        disabled: one === "none" && row.detected !== "none",
      }))}
    />
  );
}
