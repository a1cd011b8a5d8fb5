import { getClass } from "@terrace/contract/api/classes";
import { isRfmKey } from "@terrace/domain/insight/rfm/rfm-classes";
import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import type { ClassView } from "./answers.ts";
import { ClassActions } from "./ClassActions.tsx";
import { ClassStage } from "./ClassStage.tsx";
import { FlowTab } from "./flow/FlowTab.tsx";
import { RulesTab } from "./RulesTab.tsx";
import { ValueSizesTab } from "./ValueSizesTab.tsx";
import { ValuesTab } from "./ValuesTab.tsx";
import { LIVE_MS } from "./class-paths.ts";
import "./classes.css";

const TABS = ["values", "sizes", "flow", "rules"] as const;

/** One class: how many people have each value, how that changes, who went from which to which, and by what rules. */
export function ClassPage() {
  const { class: key = "" } = useParams();
  const query = useCall(getClass, { params: { ...useWorkspaceParams(), class: key } }, { refetchMs: LIVE_MS });
  return (
    <QueryView query={query} skeleton={8}>
      {(whole) => <ClassShown key={whole.key} whole={whole} />}
    </QueryView>
  );
}

function ClassShown({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const format = useFormat();
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((one) => one === search.get("tab")) ?? "values";
  const items = [
    { key: "values", label: text("classes.tab.values"), children: <ValuesTab whole={whole} /> },
    { key: "sizes", label: text("segments.tab.sizes"), children: <ValueSizesTab whole={whole} /> },
    { key: "flow", label: text("classes.tab.flow"), children: <FlowTab whole={whole} /> },
    ...(isRfmKey(whole.key) ? [] : [{ key: "rules", label: text("classes.tab.rules"), children: <RulesTab whole={whole} /> }]),
  ];
  return (
    <>
      <PageHeader
        title={whole.name}
        tags={<ClassStage live={whole.live} scheduled={isRfmKey(whole.key)} />}
        meta={
          <span>
            {text("segments.madeBy", { by: whole.createdBy, time: format.tableTime(whole.createdAt) })} · {text("classes.trait")}{" "}
            <code className="mono">{whole.trait}</code>
          </span>
        }
        actions={isRfmKey(whole.key) ? null : <ClassActions whole={whole} />}
      />
      <Tabs activeKey={tab} onChange={(next) => setSearch(next === "values" ? {} : { tab: next })} items={items} destroyOnHidden />
    </>
  );
}
