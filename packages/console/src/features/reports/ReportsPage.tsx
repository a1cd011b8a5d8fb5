import { FileTextOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText, type TextKey } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { TargetsPanel } from "../notices/TargetsPanel.tsx";
import { DecisionsPanel } from "./DecisionsPanel.tsx";
import { MakeReport } from "./MakeReport.tsx";
import { ReportList } from "./ReportList.tsx";
import { SchedulesPanel } from "./SchedulesPanel.tsx";
import "./reports.css";

const TABS = ["list", "schedules", "targets", "decisions"] as const;
type Tab = (typeof TABS)[number];

/** Reports with their schedules, who is told, and what was decided from them. */
export function ReportsPage() {
  const text = useText();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tab = TABS.find((each) => each === search.get("tab")) ?? "list";
  const bodies: Readonly<Record<Tab, React.ReactNode>> = {
    list: <ReportList onMake={() => setMaking(true)} />,
    schedules: <SchedulesPanel />,
    targets: <TargetsPanel />,
    decisions: <DecisionsPanel />,
  };
  return (
    <>
      <PageHeader
        title={text("nav.reports")}
        meta={<span>{text("reports.intro")}</span>}
        actions={
          may("reports:manage") ? (
            <Button type="primary" icon={<FileTextOutlined />} onClick={() => setMaking(true)}>
              {text("reports.make")}
            </Button>
          ) : null
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setSearch(next === "list" ? {} : { tab: next }, { replace: true })}
        items={TABS.map((key) => ({ key, label: text(`reports.tab.${key}` satisfies TextKey) }))}
      />
      {bodies[tab]}
      {making ? <MakeReport onClose={() => setMaking(false)} /> : null}
    </>
  );
}
