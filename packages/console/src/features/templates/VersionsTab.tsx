import {
  getTemplate,
  getTemplateVersion,
  listTemplateVersions,
  restoreTemplateVersion,
  type TemplateDetail,
  type TemplateDiffPart,
  type TemplateVersionRow,
} from "@terrace/contract/api/templates";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useCall, useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";

/** What was published, what changed each time, and the way back. */
export function VersionsTab({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState<number>();
  const pages = usePages(listTemplateVersions, { params: { ...useWorkspaceParams(), template: template.id } });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: readonly DataColumn<TemplateVersionRow>[] = [
    {
      key: "version",
      title: text("templates.version"),
      width: 120,
      render: ({ version }) => (
        <Button type="link" size="small" onClick={() => setOpen(version)}>
          {text("templates.versionOf", { version })}
        </Button>
      ),
    },
    { key: "at", title: text("templates.publishedAt"), width: 170, render: ({ publishedAt }) => format.tableTime(publishedAt) },
    { key: "by", title: text("templates.publishedBy"), ellipsis: true, render: ({ publishedBy }) => publishedBy },
  ];
  return (
    <Panel flush>
      <QueryView query={pages} skeleton={3}>
        {() => (
          <>
            <DataTable<TemplateVersionRow>
              label={text("templates.tab.versions")}
              rows={rows}
              rowKey={({ version }) => String(version)}
              columns={columns}
              onOpen={({ version }) => setOpen(version)}
              empty={<EmptyState text={text("templates.noVersions")} />}
              phoneRow={({ version, publishedAt, publishedBy }) => ({
                title: text("templates.versionOf", { version }),
                detail: publishedBy,
                figures: format.tableTime(publishedAt),
              })}
            />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
      {open === undefined ? null : <VersionDrawer template={template} version={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

type DrawerProps = { readonly template: TemplateDetail; readonly version: number; readonly onClose: () => void };

function VersionDrawer({ template, version, onClose }: DrawerProps) {
  const text = useText();
  const may = useMay()("touch:write");
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), template: template.id, version: String(version) };
  const shown = useCall(getTemplateVersion, { params });
  const restore = useChange(restoreTemplateVersion, [getTemplate]);
  return (
    <Drawer
      open
      size={720}
      title={text("templates.versionOf", { version })}
      onClose={onClose}
      extra={
        may ? (
          <Button
            loading={restore.isPending}
            onClick={() => restore.mutate({ params, body: { basedOn: template.edition } }, { onSuccess: onClose, onError: showFault })}
          >
            {text("templates.restore")}
          </Button>
        ) : null
      }
    >
      <QueryView query={shown} skeleton={6}>
        {({ changes, draftChanges }) => (
          <div className="stack">
            <Changes title={text("templates.changes")} parts={changes} />
            <Changes title={text("templates.draftChanges")} parts={draftChanges} />
          </div>
        )}
      </QueryView>
    </Drawer>
  );
}

const SIGNS = { same: " ", gone: "−", new: "+" } as const;

function Changes({ title, parts }: { readonly title: string; readonly parts: readonly TemplateDiffPart[] }) {
  const text = useText();
  return (
    <Panel title={title} count={parts.length}>
      {parts.length === 0 ? <p className="muted">{text("templates.noChanges")}</p> : null}
      {parts.map(({ language, path, lines }) => (
        <section key={`${language} ${path}`}>
          <h3 className="small muted">{[language, path].filter((part) => part !== "").join(" · ")}</h3>
          <pre className="template-diff">
            {lines.map(({ kind, text: line }, at) => (
              // Lines have no other name than their place.
              // oxlint-disable-next-line react/no-array-index-key
              <span key={at} className={`diff-${kind}`}>{`${SIGNS[kind]} ${line}\n`}</span>
            ))}
          </pre>
        </section>
      ))}
    </Panel>
  );
}
