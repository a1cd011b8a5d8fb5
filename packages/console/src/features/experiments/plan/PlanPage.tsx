import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { NEW_PLAN } from "./plan-draft.ts";
import "./plan.css";
import { PlanAnswer } from "./PlanAnswer.tsx";
import { PlanForm } from "./PlanForm.tsx";

/** How large an experiment must be and how long it takes, before one is made. */
export function PlanPage() {
  const text = useText();
  const [draft, setDraft] = useState(NEW_PLAN);
  return (
    <>
      <PageHeader title={text("experiments.plan.title")} meta={<span>{text("experiments.plan.intro")}</span>} />
      <div className="plan">
        <PlanForm draft={draft} edit={(change) => setDraft({ ...draft, ...change })} />
        <PlanAnswer draft={draft} />
      </div>
    </>
  );
}
