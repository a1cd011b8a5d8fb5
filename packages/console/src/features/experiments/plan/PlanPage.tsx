import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { NEW_PLAN, type PlanDraft } from "./plan-draft.ts";
import "./plan.css";
import { PlanAnswer } from "./PlanAnswer.tsx";
import { PlanForm } from "./PlanForm.tsx";
import { PlanSource } from "./PlanSource.tsx";

/** How large an experiment must be and how long it takes, before one is made. */
export function PlanPage() {
  const text = useText();
  const [draft, setDraft] = useState(NEW_PLAN);
  const edit = (change: Partial<PlanDraft>) => setDraft((now) => ({ ...now, ...change }));
  return (
    <>
      <PageHeader title={text("experiments.plan.title")} meta={<span>{text("experiments.plan.intro")}</span>} />
      <div className="plan">
        <div className="stack">
          <PlanSource draft={draft} edit={edit} />
          <PlanForm draft={draft} edit={edit} />
        </div>
        <PlanAnswer draft={draft} />
      </div>
    </>
  );
}
