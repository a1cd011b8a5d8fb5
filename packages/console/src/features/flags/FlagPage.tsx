import { getFlag, type FlagView } from "@terrace/contract/api/flags";
import { Alert, Button, Tabs } from "antd";
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
import { ChangesTable } from "./changes/ChangesTable.tsx";
import { DefinitionTab } from "./DefinitionTab.tsx";
import { valueText } from "./flag-parts.ts";
import { FlagActions } from "./FlagActions.tsx";
import { FlagMarks } from "./FlagState.tsx";
import { HistoryTab } from "./HistoryTab.tsx";
import { TryTab } from "./TryTab.tsx";

const TABS = ["definition", "try", "changes", "history"] as const;

/** One flag: what it gives to whom, changes that wait, what it was, and what somebody would get. */
export function FlagPage() {
  const { flag: key = "" } = useParams();
  const text = useText();
  const flag = useCall(getFlag, { params: { ...useWorkspaceParams(), flag: key } });
  if (isFault(flag.error, "flag.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.flags")} />
        <Panel>
          <EmptyState text={text("flags.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={flag} skeleton={8}>
      {(data) => <FlagShown key={data.key} flag={data} />}
    </QueryView>
  );
}

function FlagShown({ flag }: { readonly flag: FlagView }) {
  const text = useText();
  const format = useFormat();
  const [place, setPlace] = useSearchParams();
  const tab = TABS.find((one) => one === place.get("tab")) ?? "definition";
  const open = (next: string) => setPlace(next === "definition" ? {} : { tab: next });
  const shown = {
    definition: <DefinitionTab flag={flag} />,
    try: <TryTab flag={flag} />,
    changes: <ChangesTable flag={flag.key} />,
    history: <HistoryTab flag={flag} />,
  };
  return (
    <>
      <PageHeader
        title={flag.name}
        tags={<FlagMarks flag={flag} />}
        meta={
          <span>
            <span className="mono">{flag.key}</span> · {text(`flags.type.${flag.definition.type}`)} ·{" "}
            {text("flags.version", { version: flag.version })} ·{" "}
            {text("segments.madeBy", { by: flag.createdBy, time: format.tableTime(flag.createdAt) })}
          </span>
        }
        actions={<FlagActions flag={flag} />}
      />
      {flag.killed ? (
        <Alert type="error" showIcon title={text("flags.killedNote", { value: valueText(flag.definition.offValue) })} />
      ) : null}
      {flag.namesPeople ? <Alert type="warning" showIcon title={text("flags.namesPeople")} /> : null}
      {flag.openChange === null ? null : (
        <Alert
          type="info"
          showIcon
          title={text("flags.openChange")}
          action={
            <Button size="small" onClick={() => open("changes")}>
              {text("flags.openChangeLook")}
            </Button>
          }
        />
      )}
      <Tabs activeKey={tab} onChange={open} items={TABS.map((key) => ({ key, label: text(`flags.tab.${key}`), children: shown[key] }))} />
    </>
  );
}
