import { Button, Drawer } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import type { ExperimentDraft } from "../experiment-draft.ts";
import { PLANNED_DAYS_MAX, plannedOf, planOf, type PlanDraft, type Planned } from "./plan-draft.ts";
import "./plan.css";
import { PlanAnswer, type Answer } from "./PlanAnswer.tsx";
import { PlanForm } from "./PlanForm.tsx";
import { PlanSource } from "./PlanSource.tsx";

type Props = {
  readonly experiment: ExperimentDraft;
  readonly onTake: (planned: Planned) => void;
  readonly onClose: () => void;
};

/** The calculator for the experiment that is being made; what it comes to can be taken over as planned days and people. */
export function PlanDrawer({ experiment, onTake, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const [draft, setDraft] = useState(() => planOf(experiment));
  const edit = (change: Partial<PlanDraft>) => setDraft((now) => ({ ...now, ...change }));
  return (
    <Drawer open size={phone ? "100%" : 720} title={text("experiments.plan.title")} onClose={onClose}>
      <div className="stack">
        <PlanAnswer draft={draft} action={(answer) => <Take draft={draft} answer={answer} onTake={onTake} />} />
        <PlanSource draft={draft} edit={edit} />
        <PlanForm draft={draft} edit={edit} />
      </div>
    </Drawer>
  );
}

type TakeProps = { readonly draft: PlanDraft; readonly answer: Answer; readonly onTake: (planned: Planned) => void };

function Take({ draft, answer, onTake }: TakeProps) {
  const text = useText();
  const format = useFormat();
  const planned = plannedOf(draft, answer);
  if (answer.days === null) return null;
  if (planned === undefined) return <p className="small muted">{text("experiments.plan.tooLong", { most: PLANNED_DAYS_MAX })}</p>;
  const { plannedDays: count, plannedPeople } = planned;
  return (
    <Button type="primary" onClick={() => onTake(planned)}>
      {plannedPeople === undefined
        ? text("experiments.plan.take", { count })
        : text("experiments.plan.takeBoth", { count, people: format.count(plannedPeople) })}
    </Button>
  );
}
