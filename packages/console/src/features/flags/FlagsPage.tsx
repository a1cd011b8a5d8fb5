import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { ChangesTable } from "./changes/ChangesTable.tsx";
import { EnvironmentsTab } from "./EnvironmentsTab.tsx";
import { FlagTable } from "./FlagTable.tsx";
import { NewFlagModal } from "./NewFlagModal.tsx";
import { StaleTab } from "./StaleTab.tsx";

const TABS = ["flags", "changes", "stale", "environments"] as const;

/** The flags of the workspace, changes that wait, what may go, and the environments. */
export function FlagsPage() {
  const text = useText();
  const may = useMay()("experiments:write");
  const [place, setPlace] = useSearchParams();
  const [making, setMaking] = useState(false);
  const tab = TABS.find((one) => one === place.get("tab")) ?? "flags";
  const shown = { flags: <FlagTable />, changes: <ChangesTable />, stale: <StaleTab />, environments: <EnvironmentsTab /> };
  return (
    <>
      <PageHeader
        title={text("nav.flags")}
        meta={<span>{text("flags.intro")}</span>}
        actions={
          may ? (
            <Button type="primary" onClick={() => setMaking(true)}>
              {text("flags.new")}
            </Button>
          ) : null
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setPlace(next === "flags" ? {} : { tab: next })}
        items={TABS.map((key) => ({ key, label: text(`flags.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
      {making ? <NewFlagModal onClose={() => setMaking(false)} /> : null}
    </>
  );
}
