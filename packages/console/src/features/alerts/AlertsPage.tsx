import { BellOutlined } from "@ant-design/icons";
import type { AlertView } from "@terrace/contract/api/alerts";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { AlertForm } from "./AlertForm.tsx";
import { AlertHistory } from "./AlertHistory.tsx";
import { AlertList } from "./AlertList.tsx";
import "./alerts.css";

/** Figures that are watched, and when they gave alarm. */
export function AlertsPage() {
  const text = useText();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [edited, setEdited] = useState<AlertView | "new">();
  const tab = search.get("tab") === "history" ? "history" : "list";
  const make = may("reports:manage") ? (
    <Button type="primary" icon={<BellOutlined />} onClick={() => setEdited("new")}>
      {text("alerts.new")}
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader title={text("nav.alerts")} meta={<span>{text("alerts.intro")}</span>} actions={make} />
      <Tabs
        activeKey={tab}
        onChange={(next) => setSearch(next === "history" ? { tab: next } : {}, { replace: true })}
        items={(["list", "history"] as const).map((key) => ({ key, label: text(`alerts.tab.${key}`) }))}
      />
      {tab === "list" ? <AlertList onEdit={setEdited} make={make} /> : <AlertHistory />}
      {edited === undefined ? null : <AlertForm {...(edited === "new" ? {} : { alert: edited })} onClose={() => setEdited(undefined)} />}
    </>
  );
}
