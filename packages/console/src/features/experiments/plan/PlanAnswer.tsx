import { planExperimentSize } from "@terrace/contract/api/experiment-plan";
import type { ReactNode } from "react";
import type { CallAnswer } from "../../../app/api/client.ts";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../../ui/chart/ChartPanel.tsx";
import type { TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { MISSING } from "../../../ui/format/numbers.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { FigureStrip, keyFigure } from "../../insight/frame/FigureStrip.tsx";
import "../../insight/frame/frame.css";
import { signed } from "../../effects/effect-words.ts";
import { isInPercent, planBodyOf, weeksShown, wholeWeeks, type PlanDraft } from "./plan-draft.ts";

export type Answer = CallAnswer<typeof planExperimentSize>;
type Props = {
  readonly draft: PlanDraft;
  /** What can be done with the answer; */
  readonly action?: (answer: Answer) => ReactNode;
};

/** How many people and days it takes, and what would be found week by week. */
export function PlanAnswer({ draft, action }: Props) {
  const text = useText();
  const body = planBodyOf(draft);
  const params = useWorkspaceParams();
  const query = useCall(
    planExperimentSize,
    { params, body: body ?? { baseline: { kind: "proportion", share: 0.5 }, effect: 0.1, peoplePerDay: 1 } },
    { enabled: body !== undefined, keepPrevious: true },
  );
  if (body === undefined)
    return (
      <Panel title={text("experiments.plan.answer")}>
        <EmptyState text={text("experiments.plan.empty")} />
      </Panel>
    );
  return (
    <div className="stack">
      <Panel title={text("experiments.plan.answer")}>
        <QueryView query={query} skeleton={4}>
          {(answer) => (
            <>
              <Needed draft={draft} answer={answer} />
              {action?.(answer)}
            </>
          )}
        </QueryView>
      </Panel>
      {query.data === undefined ? null : <Weeks draft={draft} answer={query.data} />}
    </div>
  );
}

function useEffectWords(draft: PlanDraft): (effect: number | null) => string {
  const format = useFormat();
  return (effect) => {
    if (effect === null) return MISSING;
    const size = Math.abs(effect);
    if (draft.difference === "relative") return signed(effect, `${(size * 100).toFixed(1)}%`);
    return signed(effect, isInPercent(draft) ? `${(size * 100).toFixed(2)} pp` : format.measure("number").short(size));
  };
}

function Needed({ draft, answer }: { readonly draft: PlanDraft; readonly answer: Answer }) {
  const text = useText();
  const format = useFormat();
  const write = useEffectWords(draft);
  const { people, peopleOfVariants, days, untold } = answer;
  if (people === null || days === null)
    return <p className="plan-finding">{text(`experiments.plan.untold.${untold ?? "out_of_reach"}`)}</p>;
  const effect = write(isInPercent(draft) ? (draft.effect ?? 0) / 100 : draft.effect);
  const count = format.measure("people");
  const weeks = wholeWeeks(days) / 7;
  return (
    <>
      <p className="plan-finding">{text("experiments.plan.finding", { effect, power: `${draft.power}%`, count: days, weeks })}</p>
      <FigureStrip
        figures={[
          {
            ...keyFigure("people", text("experiments.plan.needed"), people, count),
            detail: text("experiments.plan.perVariant", { people: (peopleOfVariants ?? []).map(format.count).join(" · ") }),
          },
          {
            key: "days",
            name: text("experiments.plan.days"),
            value: text("experiments.plan.daysOf", { count: days, shown: format.count(days) }),
            detail: text("experiments.plan.weeksOf", { count: weeks, shown: format.count(weeks) }),
          },
        ]}
      />
      <p className="small muted">{text(`experiments.plan.note.${draft.method}`)}</p>
    </>
  );
}

/** The least effect that would be found were it ended at the end of a week. */
function Weeks({ draft, answer }: { readonly draft: PlanDraft; readonly answer: Answer }) {
  const text = useText();
  const format = useFormat();
  const write = useEffectWords(draft);
  const weeks = answer.weeks.slice(0, weeksShown(answer.days));
  const wanted = isInPercent(draft) ? (draft.effect ?? 0) / 100 : (draft.effect ?? 0);
  const spec: TimeSpec = {
    kind: "time",
    shape: "line",
    categories: weeks.map(({ days, people }) =>
      text("experiments.plan.week", { count: days / 7, number: days / 7, people: format.count(people) }),
    ),
    ticks: weeks.map(({ days }) => String(days / 7)),
    series: [
      {
        key: "detectable",
        name: text("experiments.plan.detectable"),
        // What is told ahead.
        style: "dotted",
        values: weeks.map(({ detectable }) => detectable),
      },
    ],
    measure: format.measure(isInPercent(draft) ? "share" : "number"),
    level: { value: wanted, text: text("experiments.plan.wanted", { effect: write(wanted) }) },
    summary: text("experiments.plan.weeksSummary", { count: weeks.length }),
  };
  return <ChartPanel title={text("experiments.plan.byWeek")} spec={spec} height={220} />;
}
