import { deletePyramid, getPyramid } from "@terrace/contract/api/pyramids";
import { App, Button, Tabs } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ClassStage } from "../classes/ClassStage.tsx";
import type { PyramidView } from "./answers.ts";
import { CloseTab } from "./CloseTab.tsx";
import { FlowTab } from "./FlowTab.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { MergeModal } from "./MergeModal.tsx";
import { OverviewTab } from "./OverviewTab.tsx";
import { LIVE_MS } from "./pyramid-paths.ts";
import { RulesTab } from "./editor/RulesTab.tsx";
import { RULE_TOUCHES } from "./touches.ts";

const TABS = ["overview", "flow", "close", "rules", "history"] as const;

/** One pyramid: its layers as they are, who goes up and down, who is near to it, and by what rules. */
export function PyramidPage() {
  const { pyramid: key = "" } = useParams();
  const query = useCall(getPyramid, { params: { ...useWorkspaceParams(), pyramid: key } }, { refetchMs: LIVE_MS });
  return (
    <QueryView query={query} skeleton={10}>
      {(pyramid) => <PyramidShown key={pyramid.key} pyramid={pyramid} />}
    </QueryView>
  );
}

function PyramidShown({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((one) => one === search.get("tab")) ?? "overview";
  const shown = {
    overview: <OverviewTab pyramid={pyramid} />,
    flow: <FlowTab pyramid={pyramid} />,
    close: <CloseTab pyramid={pyramid} />,
    rules: <RulesTab pyramid={pyramid} />,
    history: <HistoryTab pyramid={pyramid} />,
  };
  return (
    <>
      <PageHeader
        title={words(pyramid.name)}
        tags={<ClassStage live={pyramid.live} />}
        meta={
          <span>
            {text("segments.madeBy", { by: pyramid.createdBy, time: format.tableTime(pyramid.createdAt) })} · {text("classes.trait")}{" "}
            <code className="mono">{pyramid.trait}</code> ·{" "}
            {text("pyramids.nextReview", { month: pyramid.nextReview.month, time: format.tableTime(pyramid.nextReview.at) })}
          </span>
        }
        actions={<Actions pyramid={pyramid} />}
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setSearch(next === "overview" ? {} : { tab: next })}
        items={TABS.map((key) => ({ key, label: text(`pyramids.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
    </>
  );
}

/** Layers are merged, and a pyramid deleted, once it was said what goes with it. */
function Actions({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [merging, setMerging] = useState(false);
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const remove = useChange(deletePyramid, RULE_TOUCHES);
  if (!may("segments:write")) return null;
  const people = pyramid.layers.reduce((sum, layer) => sum + layer.people, 0);
  const confirm = () =>
    void modal.confirm({
      title: text("classes.deleteTitle", { name: words(pyramid.name) }),
      content: text("pyramids.deleteBody", { count: people, shown: format.count(people) }),
      okText: text("common.delete"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => navigate(link("pyramids")), showFault),
    });
  return (
    <>
      {pyramid.layers.length > 2 ? <Button onClick={() => setMerging(true)}>{text("pyramids.merge")}</Button> : null}
      <Button danger onClick={confirm}>
        {text("common.delete")}
      </Button>
      {merging ? <MergeModal pyramid={pyramid} onClose={() => setMerging(false)} /> : null}
    </>
  );
}
