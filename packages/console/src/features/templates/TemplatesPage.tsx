import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { BusinessPanel } from "./BusinessPanel.tsx";
import { GalleryPanel } from "./GalleryPanel.tsx";
import { NewTemplateModal } from "./NewTemplateModal.tsx";
import { SnippetsPanel } from "./SnippetsPanel.tsx";
import { TemplateTable } from "./TemplateTable.tsx";
import "./templates.css";

const TABS = ["list", "gallery", "snippets", "business"] as const;

/** The templates of the workspace, and those that are ready to be taken. */
export function TemplatesPage() {
  const text = useText();
  const may = useMay()("touch:write");
  const [place, setPlace] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tab = TABS.find((one) => one === place.get("tab")) ?? "list";
  const shown = { list: <TemplateTable />, gallery: <GalleryPanel />, snippets: <SnippetsPanel />, business: <BusinessPanel /> };
  return (
    <>
      <PageHeader
        title={text("nav.templates")}
        meta={<span>{text("templates.intro")}</span>}
        actions={
          may ? (
            <Button type="primary" onClick={() => setMaking(true)}>
              {text("templates.new")}
            </Button>
          ) : null
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setPlace(next === "list" ? {} : { tab: next })}
        items={TABS.map((key) => ({ key, label: text(`templates.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
      {making ? <NewTemplateModal onClose={() => setMaking(false)} /> : null}
    </>
  );
}
