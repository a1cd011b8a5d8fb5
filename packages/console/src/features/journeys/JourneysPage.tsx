import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { GalleryPanel } from "./GalleryPanel.tsx";
import { JourneyList } from "./JourneyList.tsx";
import { NewJourneyModal } from "./NewJourneyModal.tsx";
import "./journeys.css";

const TABS = ["list", "gallery"] as const;

/** The journeys of the workspace, with who comes in and how many are there; and those that are ready to be taken. */
export function JourneysPage() {
  const text = useText();
  const may = useMay()("touch:write");
  const [place, setPlace] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tab = TABS.find((one) => one === place.get("tab")) ?? "list";
  const shown = { list: <JourneyList />, gallery: <GalleryPanel /> };
  return (
    <>
      <PageHeader
        title={text("nav.journeys")}
        meta={<span>{text("journeys.intro")}</span>}
        actions={
          may ? (
            <Button type="primary" onClick={() => setMaking(true)}>
              {text("journeys.new")}
            </Button>
          ) : null
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setPlace(next === "list" ? {} : { tab: next })}
        items={TABS.map((key) => ({ key, label: text(`journeys.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
      {making ? <NewJourneyModal onClose={() => setMaking(false)} /> : null}
    </>
  );
}
