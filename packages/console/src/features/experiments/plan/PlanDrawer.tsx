import { Button, Drawer } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import type { ExperimentDraft } from "../experiment-draft.ts";
import { PLANNED_DAYS_MAX, planOf, wholeWeeks } from "./plan-draft.ts";
import "./plan.css";
import { PlanAnswer } from "./PlanAnswer.tsx";
import { PlanForm } from "./PlanForm.tsx";

type Props = {
  readonly experiment: ExperimentDraft;
  readonly onTake: (days: number) => void;
  readonly onClose: () => void;
};

/** The calculator for the experiment that is being made; what it comes to can be taken over as the planned days. */
export function PlanDrawer({ experiment, onTake, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const [draft, setDraft] = useState(() => planOf(experiment));
  return (
    <Drawer open size={phone ? "100%" : 720} title={text("experiments.plan.title")} onClose={onClose}>
      <div className="stack">
        <PlanAnswer draft={draft} action={(days) => <Take days={days} onTake={onTake} />} />
        <PlanForm draft={draft} edit={(change) => setDraft({ ...draft, ...change })} />
      </div>
    </Drawer>
  );
}

function Take({ days, onTake }: { readonly days: number | null; readonly onTake: (days: number) => void }) {
  const text = useText();
  if (days === null) return null;
  const planned = wholeWeeks(days);
  if (planned > PLANNED_DAYS_MAX) return <p className="small muted">{text("experiments.plan.tooLong", { most: PLANNED_DAYS_MAX })}</p>;
  return (
    <Button type="primary" onClick={() => onTake(planned)}>
      {text("experiments.plan.take", { count: planned })}
    </Button>
  );
}
