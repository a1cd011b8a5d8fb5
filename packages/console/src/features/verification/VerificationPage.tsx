import { Button, Tabs } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { ApplyModal } from "./ApplyModal.tsx";
import { KindsTab } from "./KindsTab.tsx";
import { QueueTab } from "./QueueTab.tsx";
import { kindPath } from "./verification-paths.ts";
import "./verification.css";

const TABS = ["queue", "kinds"] as const;

/** Applications to be verified with what was filled in, and the kinds of verification that there are. */
export function VerificationPage() {
  const text = useText();
  const may = useMay();
  const link = useLink();
  const [search, setSearch] = useSearchParams();
  const [applying, setApplying] = useState(false);
  const tab = TABS.find((one) => one === search.get("tab")) ?? "queue";
  return (
    <>
      <PageHeader
        title={text("nav.verification")}
        meta={<span>{text("verification.intro")}</span>}
        actions={
          <>
            {may("people:verify") ? (
              <Link to={link(kindPath("new"))}>
                <Button>{text("verification.newKind")}</Button>
              </Link>
            ) : null}
            {may("people:write") ? (
              <Button type="primary" onClick={() => setApplying(true)}>
                {text("verification.apply")}
              </Button>
            ) : null}
          </>
        }
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setSearch(next === "queue" ? {} : { tab: next })}
        items={[
          { key: "queue", label: text("verification.tab.queue"), children: <QueueTab /> },
          { key: "kinds", label: text("verification.tab.kinds"), children: <KindsTab /> },
        ]}
        destroyOnHidden
      />
      {applying ? <ApplyModal onClose={() => setApplying(false)} /> : null}
    </>
  );
}
