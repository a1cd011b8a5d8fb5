import {
  deleteFlagEnvironment,
  listFlagEnvironments,
  listFlagKeys,
  putFlagEnvironment,
  putFlagKey,
} from "@terrace/contract/api/flag-environments";
import { App, Button, Form, Input, Select, Switch } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useEnvironments } from "./use-environments.ts";

type Row = CallAnswer<typeof listFlagEnvironments>["items"][number];
type Key = CallAnswer<typeof listFlagKeys>["items"][number];
const rowKey = ({ key }: Row) => key;
const keyId = ({ id }: Key) => id;

/** The environments, and which one each write key leads to. */
export function EnvironmentsTab() {
  const mayKeys = useMay()("keys:manage");
  return (
    <div className="stack">
      <Environments />
      {mayKeys ? <Keys /> : null}
    </div>
  );
}

function Environments() {
  const text = useText();
  const may = useMay()("workspace:manage");
  const { query } = useEnvironments();
  const [editing, setEditing] = useState<Row | "new">();
  return (
    <Panel
      title={text("flags.environments")}
      extra={may ? <Button onClick={() => setEditing("new")}>{text("flags.newEnvironment")}</Button> : null}
      flush
    >
      <QueryView query={query} skeleton={3}>
        {({ items }) => <EnvironmentRows rows={items} onEdit={may ? setEditing : undefined} />}
      </QueryView>
      {editing === undefined ? null : (
        <EnvironmentModal {...(editing === "new" ? {} : { environment: editing })} onClose={() => setEditing(undefined)} />
      )}
    </Panel>
  );
}

function EnvironmentRows({ rows, onEdit }: { readonly rows: readonly Row[]; readonly onEdit: ((row: Row) => void) | undefined }) {
  const text = useText();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const remove = useChange(deleteFlagEnvironment, [listFlagEnvironments]);
  const confirm = ({ key, name }: Row) =>
    void modal.confirm({
      title: text("flags.deleteEnvironmentTitle", { name }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params: { ...params, environment: key } }).then(() => undefined, showFault),
    });
  const review = (row: Row) => text(row.review ? "flags.reviewYes" : "flags.reviewNo");
  const columns: readonly DataColumn<Row>[] = [
    { key: "name", title: text("flags.name"), ellipsis: true, render: ({ name }) => name },
    { key: "key", title: text("flags.key"), ellipsis: true, render: ({ key }) => <span className="mono">{key}</span> },
    { key: "review", title: text("flags.review"), width: 200, render: review },
    ...(onEdit === undefined
      ? []
      : [
          {
            key: "acts",
            title: "",
            width: 170,
            figure: true,
            render: (row: Row) => (
              <>
                <Button
                  size="small"
                  type="link"
                  aria-label={text("flags.changeEnvironment", { name: row.name })}
                  onClick={() => onEdit(row)}
                >
                  {text("common.edit")}
                </Button>
                <Button
                  size="small"
                  type="link"
                  danger
                  aria-label={text("flags.deleteEnvironment", { name: row.name })}
                  onClick={() => confirm(row)}
                >
                  {text("common.delete")}
                </Button>
              </>
            ),
          },
        ]),
  ];
  return (
    <DataTable<Row>
      label={text("flags.environments")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      {...(onEdit === undefined ? {} : { onOpen: onEdit })}
      empty={null}
      phoneRow={(row) => ({ title: row.name, detail: row.key, figures: review(row) })}
    />
  );
}

type EnvironmentFields = { readonly key: string; readonly name: string; readonly review: boolean };

function EnvironmentModal({ environment, onClose }: { readonly environment?: Row; readonly onClose: () => void }) {
  const text = useText();
  const params = useWorkspaceParams();
  const put = useChange(putFlagEnvironment, [listFlagEnvironments]);
  const submit = ({ key, name, review }: EnvironmentFields) =>
    put.mutate({ params: { ...params, environment: environment?.key ?? key }, body: { name, review } }, { onSuccess: onClose });
  return (
    <FormModal<EnvironmentFields>
      title={environment === undefined ? text("flags.newEnvironment") : text("flags.changeEnvironment", { name: environment.name })}
      okText={text("common.save")}
      busy={put.isPending}
      error={put.error}
      onSubmit={submit}
      onClose={onClose}
      initialValues={environment ?? { review: false }}
    >
      <Form.Item name="name" label={text("flags.name")} rules={[{ required: true, whitespace: true, message: text("flags.nameNeeded") }]}>
        <Input maxLength={60} autoFocus />
      </Form.Item>
      {environment === undefined ? (
        <Form.Item
          name="key"
          label={text("flags.key")}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_-]{0,39}$/, message: text("flags.environmentKeyNeeded") }]}
        >
          <Input className="mono" maxLength={40} />
        </Form.Item>
      ) : null}
      <Form.Item name="review" label={text("flags.reviewed")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormModal>
  );
}

function Keys() {
  const text = useText();
  const params = useWorkspaceParams();
  const query = useCall(listFlagKeys, { params });
  return (
    <Panel title={text("flags.keys")} flush>
      <p className="flag-note small muted">{text("flags.keysNote")}</p>
      <QueryView query={query} skeleton={3}>
        {({ items }) => <KeyRows rows={items} />}
      </QueryView>
    </Panel>
  );
}

function KeyRows({ rows }: { readonly rows: readonly Key[] }) {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const { environments } = useEnvironments();
  const put = useChange(putFlagKey, [listFlagKeys]);
  const choice = ({ id, name, environment }: Key) => (
    <Select
      size="small"
      style={{ width: 150 }}
      aria-label={text("flags.environmentOf", { name })}
      value={environment}
      onChange={(next) => put.mutate({ params: { ...params, key: id }, body: { environment: next } }, { onError: showFault })}
      options={environments.map((one) => ({ value: one.key, label: one.name }))}
    />
  );
  const columns: readonly DataColumn<Key>[] = [
    { key: "name", title: text("flags.name"), ellipsis: true, render: ({ name }) => name },
    { key: "hint", title: text("flags.key"), width: 180, render: ({ hint }) => <code className="mono">{hint}</code> },
    { key: "environment", title: text("flags.environment"), width: 190, render: choice },
  ];
  return (
    <DataTable<Key>
      label={text("flags.keys")}
      rows={rows}
      rowKey={keyId}
      columns={columns}
      empty={<EmptyState text={text("flags.noKeys")} />}
      phoneRow={(row) => ({ title: row.name, detail: row.hint, figures: choice(row) })}
    />
  );
}
