import { listGovernorRules, type GovernorRulesVersion } from "@terrace/contract/api/governor";
import { Drawer } from "antd";
import { useMemo, useState } from "react";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { capWords, quietWords } from "./governor-words.ts";
import { RuleRows } from "./RuleRows.tsx";

const rowKey = ({ version }: GovernorRulesVersion) => String(version);

/** What the rules were, the newest first, and why they were changed. */
export function HistoryTab() {
  const text = useText();
  const pages = usePages(listGovernorRules, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  return (
    <Panel flush label={text("governor.tab.history")}>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

function Rows({ rows }: { readonly rows: readonly GovernorRulesVersion[] }) {
  const text = useText();
  const [open, setOpen] = useState<GovernorRulesVersion>();
  const columns: readonly DataColumn<GovernorRulesVersion>[] = [
    {
      key: "version",
      title: text("governor.version"),
      width: 110,
      render: (row) => (
        <button type="button" className="plain-button link-like" onClick={() => setOpen(row)}>
          {text("governor.versionOf", { version: row.version })}
        </button>
      ),
    },
    { key: "reason", title: text("governor.why"), ellipsis: true, render: ({ reason }) => reason },
    { key: "by", title: text("governor.by"), width: 200, ellipsis: true, render: ({ changedBy }) => changedBy },
    { key: "at", title: text("governor.at"), width: 150, figure: true, render: ({ changedAt }) => <TimeText at={changedAt} /> },
  ];
  return (
    <>
      <DataTable<GovernorRulesVersion>
        label={text("governor.tab.history")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        minWidth={640}
        onOpen={setOpen}
        empty={<EmptyState text={text("governor.noVersions")} />}
        phoneRow={(row) => ({
          title: text("governor.versionOf", { version: row.version }),
          state: <TimeText at={row.changedAt} />,
          detail: row.reason,
          figures: row.changedBy,
        })}
      />
      {open === undefined ? null : <VersionDrawer version={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function VersionDrawer({ version, onClose }: { readonly version: GovernorRulesVersion; readonly onClose: () => void }) {
  const text = useText();
  const format = useFormat();
  const { rules, reason } = version;
  return (
    <Drawer open size={480} title={text("governor.versionOf", { version: version.version })} onClose={onClose}>
      <div className="stack">
        <p>{reason}</p>
        <h3>{text("governor.quietHours")}</h3>
        <RuleRows
          empty={text("governor.noQuiet")}
          rows={rules.quietHours.map((rule) => ({ rule, words: quietWords(rule, text, format) }))}
        />
        <h3>{text("governor.caps")}</h3>
        <RuleRows empty={text("governor.noCaps")} rows={rules.caps.map((rule) => ({ rule, words: capWords(rule, text) }))} />
        <h3>{text("governor.others")}</h3>
        <p>
          {rules.repeatHours === null ? text("governor.repeatsFree") : text("governor.repeatsIn", { count: rules.repeatHours })}
          {text("governor.listed")}
          {text(`governor.calendar.${rules.holidays}`)}
        </p>
      </div>
    </Drawer>
  );
}
