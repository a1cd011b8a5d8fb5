import { listFlagVersions, restoreFlagVersion, type FlagView } from "@terrace/contract/api/flags";
import { App, Button, Drawer, Form, Input } from "antd";
import { useMemo, useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FormModal } from "../../ui/FormModal.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { DefinitionView } from "./DefinitionView.tsx";
import { changedWords } from "./flag-parts.ts";
import { FLAG_TOUCHES } from "./flag-touches.ts";
import { useEnvironments } from "./use-environments.ts";

type Version = CallAnswer<typeof listFlagVersions>["items"][number];
const rowKey = ({ version }: Version) => String(version);

/** What a flag was, the newest first, and what each version changed. */
export function HistoryTab({ flag }: { readonly flag: FlagView }) {
  const pages = usePages(listFlagVersions, { params: { ...useWorkspaceParams(), flag: flag.key }, query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return (
    <Panel flush>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows flag={flag} rows={rows} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Rows({ flag, rows }: { readonly flag: FlagView; readonly rows: readonly Version[] }) {
  const text = useText();
  const { nameOf } = useEnvironments();
  const [open, setOpen] = useState<Version>();
  const changed = ({ version, definition }: Version): string => {
    if (version === 1) return text("flags.first");
    const before = rows.find((one) => one.version === version - 1);
    return before === undefined ? "" : changedWords(before.definition, definition, text, nameOf);
  };
  const columns: readonly DataColumn<Version>[] = [
    {
      key: "version",
      title: text("flags.tab.history"),
      width: 120,
      render: (row) => (
        <button type="button" className="plain-button link-like" onClick={() => setOpen(row)}>
          {text("flags.version", { version: row.version })}
        </button>
      ),
    },
    { key: "changed", title: text("flags.changedParts"), ellipsis: true, render: changed },
    { key: "note", title: text("flags.note"), ellipsis: true, render: ({ note }) => note },
    { key: "by", title: text("flags.by"), width: 190, ellipsis: true, render: ({ by }) => by },
    { key: "at", title: text("flags.changedAt"), width: 150, figure: true, render: ({ at }) => <TimeText at={at} /> },
  ];
  return (
    <>
      <DataTable<Version>
        label={text("flags.tab.history")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        minWidth={800}
        onOpen={setOpen}
        empty={<EmptyState text={text("flags.noVersions")} />}
        phoneRow={(row) => ({
          title: text("flags.version", { version: row.version }),
          state: <span className="muted">{changed(row)}</span>,
          detail: row.note,
          figures: <TimeText at={row.at} />,
        })}
      />
      {open === undefined ? null : (
        <Drawer
          open
          size={720}
          title={text("flags.version", { version: open.version })}
          onClose={() => setOpen(undefined)}
          footer={<Restore flag={flag} version={open.version} onDone={() => setOpen(undefined)} />}
        >
          <DefinitionView definition={open.definition} nameOf={nameOf} />
        </Drawer>
      )}
    </>
  );
}

type RestoreProps = { readonly flag: FlagView; readonly version: number; readonly onDone: () => void };

/** Makes the flag what the version was, by a change like any other; what is in force or put away is not restored. */
function Restore({ flag, version, onDone }: RestoreProps) {
  const text = useText();
  const may = useMay()("experiments:write");
  const { message } = App.useApp();
  const [asks, setAsks] = useState(false);
  const restore = useChange(restoreFlagVersion, FLAG_TOUCHES);
  const params = { ...useWorkspaceParams(), flag: flag.key, version };
  if (!may || flag.archived || version === flag.version) return null;
  const submit = ({ note = "" }: { readonly note?: string }) =>
    restore.mutate(
      { params, body: { baseVersion: flag.version, note } },
      {
        onSuccess: (saved) => {
          void message.success(text(saved.openChange === flag.openChange ? "flags.saved" : "flags.asked"));
          onDone();
        },
      },
    );
  return (
    <>
      <Button onClick={() => setAsks(true)}>{text("flags.restore")}</Button>
      {asks ? (
        <FormModal<{ note?: string }>
          title={text("flags.restoreTitle", { version })}
          okText={text("flags.restore")}
          busy={restore.isPending}
          error={restore.error}
          initialValues={{ note: text("flags.restoreNote", { version }) }}
          onSubmit={submit}
          onClose={() => setAsks(false)}
        >
          <p className="muted">{text("flags.restoreBody")}</p>
          <Form.Item name="note" label={text("flags.note")}>
            <Input maxLength={500} />
          </Form.Item>
        </FormModal>
      ) : null}
    </>
  );
}
