import { Tabs } from "antd";
import { useText } from "../../app/i18n.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { ClassificationTab } from "./ClassificationTab.tsx";
import { ConsentTab } from "./ConsentTab.tsx";
import { ReportsTab } from "./ReportsTab.tsx";
import { RetentionTab } from "./RetentionTab.tsx";
import "./privacy.css";

/** What personal data are used for and how they are kept: everything the law asks a workspace to decide and to be able to show. */
export function PrivacyPage() {
  const text = useText();
  const address = useAddress();
  const may = useMay();
  const items = [
    { key: "consent", label: text("privacy.tab.consent"), children: <ConsentTab /> },
    ...(may("events:read")
      ? [
          { key: "classification", label: text("privacy.tab.classification"), children: <ClassificationTab /> },
          { key: "retention", label: text("privacy.tab.retention"), children: <RetentionTab /> },
        ]
      : []),
    ...(may("audit:read") ? [{ key: "reports", label: text("privacy.tab.reports"), children: <ReportsTab /> }] : []),
  ];
  const tab = items.find(({ key }) => key === address.search.get("tab"))?.key ?? "consent";
  return (
    <>
      <PageHeader title={text("nav.privacy")} meta={<span>{text("privacy.intro")}</span>} />
      <Tabs activeKey={tab} onChange={(key) => address.set("tab", key === "consent" ? "" : key)} items={items} destroyOnHidden />
    </>
  );
}
