import { WINDOW_DAYS_MAX } from "@terrace/contract/api/insight-experiment";
import { EXPERIMENT_METHODS } from "@terrace/domain/experiments/tell-results";
import { CORRECTIONS } from "@terrace/domain/statistics/corrections";
import { DIFFERENCES } from "@terrace/domain/statistics/effect";
import { Button, Form, InputNumber, Select } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import type { PartProps } from "./experiment-draft.ts";
import { ExposureField } from "./ExposureField.tsx";
import { PriorField } from "./PriorField.tsx";
import { PLANNED_DAYS_MAX, PLANNED_PEOPLE } from "./plan/plan-draft.ts";
import { PlanDrawer } from "./plan/PlanDrawer.tsx";

const LEVELS = [0.9, 0.95, 0.99];
const CONFLICTS = ["first", "leave_out"] as const;
const UNFINISHED = ["leave_out", "count"] as const;

/** How the experiment is read: said before it is started. */
export function ReadingEditor({ draft, edit, isLocked }: PartProps) {
  const text = useText();
  const [planning, setPlanning] = useState(false);
  const { allocation, method, level, correction, difference, plannedDays, plannedPeople } = draft;
  const isBandit = allocation.kind === "bandit";
  return (
    <Panel title={text("experiments.reading")}>
      <Form className="experiment-fields" layout="vertical" component="div" disabled={isLocked}>
        <ExposureField draft={draft} edit={edit} isLocked={isLocked} />
        {isBandit ? <p className="muted experiment-note">{text("experiments.bandit.fits")}</p> : <MethodField draft={draft} edit={edit} />}
        {isBandit || method !== "bayesian" ? null : <PriorField draft={draft} edit={edit} />}
        <Form.Item label={text("experiments.level")}>
          <Select
            aria-label={text("experiments.level")}
            value={level}
            onChange={(next) => edit({ level: next })}
            options={[...new Set([...LEVELS, level])].map((value) => ({ value, label: `${(value * 100).toFixed(1)}%` }))}
          />
        </Form.Item>
        <Form.Item label={text("experiments.correction")}>
          <Select
            aria-label={text("experiments.correction")}
            value={correction}
            onChange={(next) => edit({ correction: next })}
            options={CORRECTIONS.map((value) => ({ value, label: text(`experiments.correction.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={text("experiments.difference")}>
          <Select
            aria-label={text("experiments.difference")}
            value={difference}
            onChange={(next) => edit({ difference: next })}
            options={DIFFERENCES.map((value) => ({ value, label: text(`experiments.effect.${value}`) }))}
          />
        </Form.Item>
        {isBandit ? null : <CovariateField draft={draft} edit={edit} />}
        <Form.Item label={text("experiments.plannedDays")} extra={text("experiments.plannedNote")}>
          <div className="row-wrap">
            <InputNumber
              aria-label={text("experiments.plannedDays")}
              min={1}
              max={PLANNED_DAYS_MAX}
              precision={0}
              value={plannedDays}
              onChange={(next) => edit({ plannedDays: next })}
            />
            {/* It reckons with shares that stay. */}
            {isBandit ? null : (
              <Button type="link" onClick={() => setPlanning(true)}>
                {text("experiments.plan.open")}
              </Button>
            )}
          </div>
        </Form.Item>
        {isBandit || method === "sequential" ? (
          <Form.Item label={text("experiments.plannedPeople")} extra={text("experiments.plannedPeopleNote")}>
            <InputNumber
              aria-label={text("experiments.plannedPeople")}
              min={PLANNED_PEOPLE.least}
              max={PLANNED_PEOPLE.most}
              precision={0}
              value={plannedPeople}
              onChange={(next) => edit({ plannedPeople: next })}
            />
          </Form.Item>
        ) : null}
        {isBandit ? null : <ConflictsField draft={draft} edit={edit} />}
        <UnfinishedField draft={draft} edit={edit} />
      </Form>
      {planning ? (
        <PlanDrawer
          experiment={draft}
          onTake={(planned) => {
            edit(planned);
            setPlanning(false);
          }}
          onClose={() => setPlanning(false)}
        />
      ) : null}
    </Panel>
  );
}

type FieldProps = Pick<PartProps, "draft" | "edit">;

/** How often it may be looked at, and what it tells then. */
function MethodField({ draft: { method }, edit }: FieldProps) {
  const text = useText();
  return (
    <Form.Item label={text("experiments.method")} extra={text(`experiments.methodNote.${method}`)}>
      <Select
        aria-label={text("experiments.method")}
        value={method}
        onChange={(next) => edit({ method: next })}
        options={EXPERIMENT_METHODS.map((value) => ({ value, label: text(`experiments.method.${value}`) }))}
      />
    </Form.Item>
  );
}

/** How much of what people did before narrows the intervals. */
function CovariateField({ draft: { covariateDays }, edit }: FieldProps) {
  const text = useText();
  return (
    <Form.Item label={text("experiments.covariateDays")} extra={text("experiments.covariateNote")}>
      <InputNumber
        aria-label={text("experiments.covariateDays")}
        min={1}
        max={WINDOW_DAYS_MAX}
        precision={0}
        value={covariateDays}
        onChange={(next) => edit({ covariateDays: next })}
      />
    </Form.Item>
  );
}

/** Whoever has seen several variants. */
function ConflictsField({ draft: { conflicts }, edit }: FieldProps) {
  const text = useText();
  return (
    <Form.Item label={text("experiments.conflicts")}>
      <Select
        aria-label={text("experiments.conflicts")}
        value={conflicts}
        onChange={(next) => edit({ conflicts: next })}
        options={CONFLICTS.map((value) => ({ value, label: text(`experiments.conflicts.${value}`) }))}
      />
    </Form.Item>
  );
}

/** Whoever's days after exposure are not over yet. */
function UnfinishedField({ draft: { unfinished }, edit }: FieldProps) {
  const text = useText();
  return (
    <Form.Item label={text("experiments.unfinished")} extra={text("experiments.unfinishedNote")}>
      <Select
        aria-label={text("experiments.unfinished")}
        value={unfinished}
        onChange={(next) => edit({ unfinished: next })}
        options={UNFINISHED.map((value) => ({ value, label: text(`experiments.unfinished.${value}`) }))}
      />
    </Form.Item>
  );
}
