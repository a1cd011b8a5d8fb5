import { deleteNoticeTarget, listNoticeTargets, testNoticeTarget, type NoticeTargetView } from "@terrace/contract/api/notify";
import { App, Button } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { TargetForm } from "./TargetForm.tsx";

const rowKey = ({ id }: NoticeTargetView) => id;

/** Where people are told of reports and alerts. */
export function TargetsPanel() {
  const text = useText();
  const may = useMay()("webhooks:manage");
  const [edited, setEdited] = useState<NoticeTargetView | "new">();
  const targets = useCall(listNoticeTargets, { params: useWorkspaceParams() });
  const make = may ? (
    <Button size="small" onClick={() => setEdited("new")}>
      {text("targets.new")}
    </Button>
  ) : undefined;
  const columns: readonly DataColumn<NoticeTargetView>[] = [
    { key: "name", title: text("targets.name"), width: 180, ellipsis: true, render: ({ name }) => <span className="strong">{name}</span> },
    { key: "kind", title: text("targets.kind"), width: 160, render: ({ kind }) => text(`targets.kind.${kind}`) },
    { key: "place", title: text("targets.place"), ellipsis: true, render: ({ place }) => <span title={place}>{place}</span> },
    { key: "language", title: text("targets.language"), width: 90, render: ({ language }) => text(`targets.language.${language}`) },
    ...(may
      ? [
          {
            key: "acts",
            title: "",
            width: 300,
            figure: true,
            render: (target: NoticeTargetView) => <TargetActions target={target} onEdit={() => setEdited(target)} />,
          },
        ]
      : []),
  ];
  return (
    <Panel flush title={text("targets.intro")} extra={make}>
      <QueryView query={targets} skeleton={3}>
        {({ items }) => (
          <DataTable<NoticeTargetView>
            label={text("reports.tab.targets")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={900}
            empty={<EmptyState text={text("targets.empty")} />}
            phoneRow={(target) => ({
              title: target.name,
              state: text(`targets.kind.${target.kind}`),
              detail: target.place,
              figures: may ? <TargetActions target={target} onEdit={() => setEdited(target)} /> : null,
            })}
          />
        )}
      </QueryView>
      {edited === undefined ? null : <TargetForm {...(edited === "new" ? {} : { target: edited })} onClose={() => setEdited(undefined)} />}
    </Panel>
  );
}

function TargetActions({ target, onEdit }: { readonly target: NoticeTargetView; readonly onEdit: () => void }) {
  const text = useText();
  const { message, modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), target: target.id };
  const test = useChange(testNoticeTarget, []);
  const remove = useChange(deleteNoticeTarget, [listNoticeTargets]);
  const tell = () =>
    test.mutate(
      { params },
      {
        onSuccess: ({ outcome, code }) => {
          if (outcome === "delivered") void message.success(text("targets.testOk"));
          else void message.warning(text(outcome === "retry" ? "targets.testRetry" : "targets.testRefused", { code }));
        },
        onError: showFault,
      },
    );
  const askDelete = () =>
    void modal.confirm({
      title: text("targets.delete", { name: target.name }),
      content: text("targets.deleteBody"),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <span className="row-actions">
      <Button size="small" loading={test.isPending} onClick={tell}>
        {text("targets.test")}
      </Button>
      <Button size="small" onClick={onEdit}>
        {text("common.edit")}
      </Button>
      <Button size="small" danger onClick={askDelete}>
        {text("common.delete")}
      </Button>
    </span>
  );
}
