import { getBusinessEvents, listMetrics, setBusinessEvents } from "@terrace/contract/api/metrics";
import { BUSINESS_EVENTS } from "@terrace/domain/insight/metrics/business-events";
import { App, Button, Tag } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { BuilderSection } from "../conditions/BuilderSection.tsx";
import { EventsField } from "./EventsField.tsx";
import { eventsText, inLanguage } from "./metric-words.ts";
import "../insight/frame/frame.css";
import "./metrics.css";

type Decided = CallAnswer<typeof getBusinessEvents>;

/** Which events count as login, use, order …; all metrics go by it. */
export function BusinessEventsPage() {
  const query = useCall(getBusinessEvents, { params: useWorkspaceParams() });
  return (
    <QueryView query={query} skeleton={10}>
      {(decided) => <BusinessEvents key={decided.changedAt ?? ""} decided={decided} />}
    </QueryView>
  );
}

function BusinessEvents({ decided }: { readonly decided: Decided }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const { nameOf } = useEventNames();
  const [events, setEvents] = useState(decided.events);
  const change = useChange(setBusinessEvents, [getBusinessEvents, listMetrics]);
  const save = (body: { events: Decided["events"] | null }) =>
    change.mutate({ params, body }, { onSuccess: () => void message.success(text("common.saved")), onError: showFault });
  const mayWrite = may("metrics:write");
  return (
    <>
      <PageHeader
        title={text("metrics.businessEvents")}
        tags={decided.automatic ? <Tag>{text("metrics.automatic")}</Tag> : null}
        meta={
          <span>
            {decided.changedAt === null
              ? text("metrics.businessIntro")
              : text("metrics.decidedBy", { by: decided.changedBy ?? "", time: format.tableTime(decided.changedAt) })}
          </span>
        }
        actions={
          mayWrite ? (
            <>
              {decided.automatic ? null : <Button onClick={() => save({ events: null })}>{text("metrics.makeAutomatic")}</Button>}
              <Button type="primary" loading={change.isPending} disabled={events === decided.events} onClick={() => save({ events })}>
                {text("common.save")}
              </Button>
            </>
          ) : null
        }
      />
      <Panel>
        <div className="business-rows">
          {BUSINESS_EVENTS.map((role) => (
            <BuilderSection key={role} title={text(`metrics.role.${role}`)}>
              <p className="small muted">{text(`metrics.roleNote.${role}`)}</p>
              <GoBy metrics={decided.usedBy[role]} />
              {mayWrite ? (
                <EventsField value={events[role]} onChange={(next) => setEvents({ ...events, [role]: next })} />
              ) : (
                <p>{eventsText(events[role], { text, nameOf })}</p>
              )}
            </BuilderSection>
          ))}
        </div>
      </Panel>
    </>
  );
}

const NAMES_SHOWN = 5;

/** Which metrics change with an event. */
function GoBy({ metrics }: { readonly metrics: Decided["usedBy"]["use"] }) {
  const text = useText();
  const language = useLanguage();
  if (metrics.length === 0) return null;
  const names = metrics.slice(0, NAMES_SHOWN).map(({ name }) => inLanguage(name, language));
  const more = metrics.length > NAMES_SHOWN ? " …" : "";
  return <p className="small muted">{text("metrics.goBy", { count: metrics.length, names: `${names.join(" · ")}${more}` })}</p>;
}
