import { getKeptReport, listPrivacyReports } from "@terrace/contract/api/privacy";
import { Drawer } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";
import { ReportView } from "./ReportView.tsx";

type Kept = CallAnswer<typeof listPrivacyReports>["items"][number];
const rowKey = ({ id }: Kept) => id;

/** The versions that were kept, with who kept them. */
export function KeptReports() {
  const text = useText();
  const reports = useCall(listPrivacyReports, { params: useWorkspaceParams() });
  const [open, setOpen] = useState<Kept>();
  const columns: readonly DataColumn<Kept>[] = [
    {
      key: "kind",
      title: text("privacy.report"),
      width: 240,
      render: (kept) => (
        <button type="button" className="plain-link" onClick={() => setOpen(kept)}>
          {text(`privacy.report.${kept.kind}`)}
        </button>
      ),
    },
    { key: "version", title: text("privacy.version"), width: 80, figure: true, render: ({ version }) => String(version) },
    { key: "note", title: text("privacy.note"), ellipsis: true, render: ({ note }) => note },
    { key: "by", title: text("privacy.madeBy"), width: 200, ellipsis: true, render: ({ madeBy }) => madeBy },
    { key: "at", title: text("privacy.madeAt"), width: 150, figure: true, render: ({ madeAt }) => <TimeText at={madeAt} /> },
  ];
  return (
    <Panel flush title={text("privacy.keptReports")} extra={<ExportButton what="privacy-reports" />}>
      <QueryView query={reports} skeleton={2}>
        {({ items }) => (
          <DataTable<Kept>
            label={text("privacy.keptReports")}
            rows={items}
            rowKey={rowKey}
            columns={columns}
            minWidth={820}
            onOpen={setOpen}
            empty={<EmptyState text={text("privacy.noReports")} />}
            phoneRow={(kept) => ({
              title: text(`privacy.report.${kept.kind}`),
              detail: `${text("consent.textVersion", { version: kept.version })} · ${kept.madeBy}`,
              figures: <TimeText at={kept.madeAt} form="day" />,
            })}
          />
        )}
      </QueryView>
      {open === undefined ? null : <KeptDrawer kept={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}

function KeptDrawer({ kept, onClose }: { readonly kept: Kept; readonly onClose: () => void }) {
  const text = useText();
  const language = useLanguage() === "en" ? "en" : "zh";
  const report = useCall(getKeptReport, { params: { ...useWorkspaceParams(), report: kept.id }, query: { language } });
  return (
    <Drawer
      open
      size={720}
      title={`${text(`privacy.report.${kept.kind}`)} · ${text("consent.textVersion", { version: kept.version })}`}
      onClose={onClose}
    >
      <QueryView query={report} skeleton={10}>
        {(data) => <ReportView report={data} />}
      </QueryView>
    </Drawer>
  );
}
