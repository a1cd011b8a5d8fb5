import { getGovernorRules } from "@terrace/contract/api/governor";
import type { Permission } from "@terrace/domain/access/permissions";
import { Tabs } from "antd";
import { useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { DecisionsTab } from "./DecisionsTab.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { RulesTab } from "./RulesTab.tsx";
import { SuppressedTab } from "./SuppressedTab.tsx";
import { TryTab } from "./TryTab.tsx";
import "./governor.css";

const TABS = ["rules", "try", "decisions", "suppressed", "history"] as const;
const NEED = {
  rules: "events:read",
  try: "people:read",
  decisions: "events:read",
  suppressed: "channels:manage",
  history: "events:read",
} as const satisfies Readonly<Record<(typeof TABS)[number], Permission>>;

/** Who gets messages when: the rules, a message tried on somebody, what was decided, and addresses that get nothing. */
export function GovernorPage() {
  const text = useText();
  const may = useMay();
  const [place, setPlace] = useSearchParams();
  const rules = useCall(getGovernorRules, { params: useWorkspaceParams() });
  const open = TABS.filter((one) => may(NEED[one]));
  const tab = open.find((one) => one === place.get("tab")) ?? "rules";
  const changedAt = rules.data?.changedAt ?? null;
  return (
    <>
      <PageHeader
        title={text("nav.governor")}
        meta={
          <span>
            {changedAt === null ? (
              text("governor.intro")
            ) : (
              <>
                {text("governor.changedBy", { version: rules.data?.version ?? 0, by: rules.data?.changedBy ?? "" })}{" "}
                <TimeText at={changedAt} form="recent" />
              </>
            )}
          </span>
        }
      />
      <QueryView query={rules} skeleton={6}>
        {(held) => {
          const shown = {
            rules: <RulesTab key={held.version} held={held} />,
            try: <TryTab rules={held} />,
            decisions: <DecisionsTab rules={held} />,
            suppressed: <SuppressedTab />,
            history: <HistoryTab />,
          };
          return (
            <Tabs
              activeKey={tab}
              onChange={(next) => setPlace(next === "rules" ? {} : { tab: next })}
              items={open.map((key) => ({ key, label: text(`governor.tab.${key}`), children: shown[key] }))}
              destroyOnHidden
            />
          );
        }}
      </QueryView>
    </>
  );
}
