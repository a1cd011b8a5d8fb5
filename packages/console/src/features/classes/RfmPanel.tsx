import { listClasses, getClass } from "@terrace/contract/api/classes";
import { listPeople } from "@terrace/contract/api/people";
import { deleteRfmTraits, getRfmTraits, type RfmTraits } from "@terrace/contract/api/rfm-traits";
import { App, Button } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { LIVE_MS } from "./class-paths.ts";
import { RfmDrawer } from "./RfmDrawer.tsx";

/** Whether everyone's RFM is kept as traits: how they are scored, as of when, and when next. */
export function RfmPanel() {
  const text = useText();
  const rfm = useCall(getRfmTraits, { params: useWorkspaceParams() }, { refetchMs: LIVE_MS });
  return (
    <Panel title={text("classes.rfm")} label={text("classes.rfm")}>
      <QueryView query={rfm} skeleton={3}>
        {(traits) => <Shown traits={traits} />}
      </QueryView>
    </Panel>
  );
}

function Shown({ traits }: { readonly traits: RfmTraits }) {
  const text = useText();
  const write = useMay()("segments:write");
  const [open, setOpen] = useState(false);
  const { on, scoring } = traits;
  return (
    <div className="stack">
      <p className="muted">{text("classes.rfm.note")}</p>
      {on ? <State traits={traits} /> : null}
      {write ? (
        <div className="row-wrap">
          <Button type={on ? "default" : "primary"} onClick={() => setOpen(true)}>
            {text(on ? "classes.rfm.change" : "classes.rfm.switchOn")}
          </Button>
          {on ? <SwitchOff people={traits.people} /> : null}
        </div>
      ) : null}
      {open ? <RfmDrawer scoring={scoring} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

function State({ traits: { scoring, scheduled, people } }: { readonly traits: RfmTraits }) {
  const text = useText();
  const format = useFormat();
  if (scoring === null || scheduled === null) return null;
  return (
    <div className="small">
      <p>
        {text("classes.rfm.people", { count: people, shown: format.count(people) })} ·{" "}
        {text("classes.rfm.lookback", { count: scoring.lookbackDays })} ·{" "}
        {scoring.thresholds === undefined ? text("classes.rfm.parts", { count: scoring.scores }) : text("classes.rfm.own")}
      </p>
      <p className="muted">
        {scheduled.asOf === null ? (
          text("classes.rfm.waits")
        ) : (
          <>
            {text("classes.rfm.asOf")} <TimeText at={scheduled.asOf} form="words" />
          </>
        )}
        {" · "}
        {text("classes.rfm.next")} <TimeText at={scheduled.nextAt} form="words" />
      </p>
      {scheduled.failedAt === null ? null : (
        <p role="alert">
          {text("segments.compareFailed")} <TimeText at={scheduled.failedAt} form="words" />
        </p>
      )}
    </div>
  );
}

function SwitchOff({ people }: { readonly people: number }) {
  const text = useText();
  const format = useFormat();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const remove = useChange(deleteRfmTraits, [getRfmTraits, listClasses, getClass, listPeople]);
  const confirm = () =>
    void modal.confirm({
      title: text("classes.rfm.offTitle"),
      content: text("classes.rfm.offBody", { count: people, shown: format.count(people) }),
      okText: text("classes.rfm.off"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => remove.mutateAsync({ params }).then(() => undefined, showFault),
    });
  return (
    <Button danger onClick={confirm}>
      {text("classes.rfm.off")}
    </Button>
  );
}
