import { getTemplate, type TemplateDetail } from "@terrace/contract/api/templates";
import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { EditorTab } from "./EditorTab.tsx";
import { TemplateActions } from "./TemplateActions.tsx";
import { TemplateState } from "./TemplateTable.tsx";
import "./templates.css";
import { VersionsTab } from "./VersionsTab.tsx";

const TABS = ["draft", "versions"] as const;

/** One template: its draft with what people would get, and what was published. */
export function TemplatePage() {
  const { template: id = "" } = useParams();
  const text = useText();
  const template = useCall(getTemplate, { params: { ...useWorkspaceParams(), template: id } });
  if (isFault(template.error, "template.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.templates")} />
        <Panel>
          <EmptyState text={text("templates.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={template} skeleton={8}>
      {(data) => <TemplateShown key={data.id} template={data} />}
    </QueryView>
  );
}

function TemplateShown({ template }: { readonly template: TemplateDetail }) {
  const text = useText();
  const format = useFormat();
  const [place, setPlace] = useSearchParams();
  const tab = TABS.find((one) => one === place.get("tab")) ?? "draft";
  // Anew for each edition, so that what was put back or published is what is edited.
  const shown = { draft: <EditorTab key={template.edition} template={template} />, versions: <VersionsTab template={template} /> };
  return (
    <>
      <PageHeader
        title={template.name}
        tags={<TemplateState template={template} />}
        meta={
          <span>
            {text(`templates.channelOf.${template.channel}`)} · <span className="mono">{template.key}</span> · {template.purpose} ·{" "}
            {text("templates.changedBy", { by: template.changedBy, time: format.tableTime(template.changedAt) })}
          </span>
        }
        actions={<TemplateActions template={template} />}
      />
      <Tabs
        activeKey={tab}
        onChange={(next) => setPlace(next === "draft" ? {} : { tab: next })}
        items={TABS.map((key) => ({ key, label: text(`templates.tab.${key}`), children: shown[key] }))}
        destroyOnHidden
      />
    </>
  );
}
