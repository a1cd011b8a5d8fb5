import { experimentResults, getExperiment, type ExperimentResults, type ExperimentView } from "@terrace/contract/api/experiments";
import { Alert } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { FigureStrip, keyFigure } from "../insight/frame/FigureStrip.tsx";
import "../insight/frame/frame.css";
import { BanditReport } from "./bandit/BanditReport.tsx";
import { DaysChart } from "./DaysChart.tsx";
import { DefinitionPanel } from "./DefinitionPanel.tsx";
import { DownloadResults } from "./DownloadResults.tsx";
import { ExperimentActions } from "./ExperimentActions.tsx";
import "./experiments.css";
import { ExperimentState } from "./ExperimentState.tsx";
import { ExposedPeople } from "./ExposedPeople.tsx";
import { GroupsPanel } from "./groups/GroupsPanel.tsx";
import { OpenMove } from "./moves/OpenMove.tsx";
import { KindTags } from "./KindTags.tsx";
import { InteractionPanel } from "./readings/InteractionPanel.tsx";
import { NoveltyPanel } from "./readings/NoveltyPanel.tsx";
import { ResultsTable } from "./ResultsTable.tsx";
import { useRemembered } from "./use-remembered.tsx";
import { useMetricNames } from "./use-metric-names.ts";

/** One experiment: its verdict, its figures, how they came to be, and what was decided. */
export function ExperimentPage() {
  const { experiment = "" } = useParams();
  const query = useCall(getExperiment, { params: { ...useWorkspaceParams(), experiment } });
  return (
    <QueryView query={query} skeleton={10}>
      {(shown) => <Shown key={shown.id} experiment={shown} />}
    </QueryView>
  );
}

function Shown({ experiment }: { readonly experiment: ExperimentView }) {
  const text = useText();
  const nameOf = useMetricNames(experiment.definition);
  const { name, key, state, startedAt, createdBy, definition } = experiment;
  const isBandit = definition.allocation.kind === "bandit";
  const ran = useRan(experiment);
  return (
    <>
      <PageHeader
        title={name}
        tags={
          <>
            <ExperimentState state={state} />
            <KindTags definition={definition} />
          </>
        }
        meta={
          <span>
            <span className="mono">{key}</span> · {[...ran, createdBy].join(" · ")}
          </span>
        }
        actions={<ExperimentActions experiment={experiment} />}
      />
      <div className="stack">
        <OpenMove experiment={experiment} />
        {startedAt === null ? (
          <Panel>
            <EmptyState text={text("experiments.notStarted", { key })} />
          </Panel>
        ) : (
          <>
            <Results experiment={experiment} nameOf={nameOf} />
            {isBandit ? <BanditReport experiment={experiment} nameOf={nameOf} /> : null}
            <GroupsPanel experiment={experiment} nameOf={nameOf} />
            <DaysChart experiment={experiment} nameOf={nameOf} />
            {isBandit ? null : (
              <>
                <NoveltyPanel experiment={experiment} nameOf={nameOf} />
                <InteractionPanel experiment={experiment} nameOf={nameOf} />
              </>
            )}
          </>
        )}
        <DefinitionPanel experiment={experiment} nameOf={nameOf} />
      </div>
    </>
  );
}

/** Since when it runs, or from when to when it ran, and how far that is of what was planned. */
function useRan({ startedAt, stoppedAt, definition: { plannedDays } }: ExperimentView): readonly string[] {
  const text = useText();
  const format = useFormat();
  if (startedAt === null) return [];
  const ranMs = (stoppedAt === null ? Date.now() : Date.parse(stoppedAt)) - Date.parse(startedAt);
  const days = text("experiments.ranDays", { count: Math.max(1, Math.ceil(ranMs / DAY_MS)) });
  const since =
    stoppedAt === null
      ? text("experiments.since", { day: format.dayWords(startedAt) })
      : `${format.dayWords(startedAt)} – ${format.dayWords(stoppedAt)}`;
  return [since, plannedDays === null ? days : `${days} / ${text("experiments.planDays", { count: plannedDays })}`];
}

const DAY_MS = 86_400_000;

type Named = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };

function Results({ experiment, nameOf }: Named) {
  const text = useText();
  const may = useMay()("people:read");
  const [variant, setVariant] = useState<string>();
  const query = useCall(experimentResults, { params: { ...useWorkspaceParams(), experiment: experiment.id }, body: {} });
  return (
    <Panel title={text("experiments.results")} flush extra={<DownloadResults experiment={experiment} />}>
      <QueryView query={query} skeleton={8}>
        {(results) => (
          <>
            <Verdict experiment={experiment} results={results} />
            <Counted experiment={experiment} results={results} />
            <ResultsTable experiment={experiment} results={results} nameOf={nameOf} onPeople={may ? setVariant : undefined} />
            {variant === undefined ? null : (
              <ExposedPeople
                experiment={experiment}
                query={{ question: results.question }}
                cell={{ variant }}
                people={results.variants.find((each) => each.variant === variant)?.people}
                onClose={() => setVariant(undefined)}
              />
            )}
          </>
        )}
      </QueryView>
    </Panel>
  );
}

const TONES = {
  split_off: "error",
  split_off_bandit: "error",
  aa_off: "error",
  aa_even: "success",
  wins: "success",
  harms: "warning",
  no_data: "info",
  too_early: "info",
  no_difference: "info",
} as const;

/** What the figures say, in a sentence. */
function Verdict({
  experiment: { definition },
  results: { verdict, split },
}: {
  readonly experiment: ExperimentView;
  readonly results: ExperimentResults;
}) {
  const text = useText();
  const name = definition.variants.find(({ key }) => key === verdict.variant)?.name ?? "";
  const kind = verdict.kind === "split_off" && definition.allocation.kind === "bandit" ? "split_off_bandit" : verdict.kind;
  return (
    <Alert
      banner
      type={TONES[kind]}
      title={text(`experiments.verdict.${kind}`, { name, p: split.p < 0.0001 ? "< 0.0001" : split.p.toFixed(4) })}
    />
  );
}

function Counted({ experiment, results }: { readonly experiment: ExperimentView; readonly results: ExperimentResults }) {
  const { definition } = experiment;
  const text = useText();
  const remembered = useRemembered(experiment);
  const format = useFormat();
  const count = format.measure("people");
  const weights = definition.variants.reduce((sum, { weight }) => sum + weight, 0);
  const conflicts = results.variants.reduce((sum, each) => sum + each.conflicts, 0);
  return (
    <div className="effects-counted">
      <FigureStrip
        figures={[
          ...results.variants.map(({ variant, people }, at) => {
            const { name = variant, weight = 0 } = definition.variants[at] ?? {};
            return {
              ...keyFigure(variant, name, people, count),
              // Shares of a bandit change, and weights say nothing of them.
              ...(definition.allocation.kind === "bandit"
                ? {}
                : { detail: text("experiments.planned", { share: format.measure("share").short(weight / weights) }) }),
            };
          }),
          {
            ...keyFigure("conflicts", text("experiments.conflicts"), conflicts, count),
            detail: text(`experiments.conflicts.${definition.conflicts}`),
          },
          ...remembered,
          ...(results.unknownVariants === 0
            ? []
            : [keyFigure("unknown", text("experiments.unknownVariants"), results.unknownVariants, count)]),
          ...(results.otherUnits === 0 ? [] : [keyFigure("units", text("experiments.otherUnits"), results.otherUnits, count)]),
        ]}
      />
    </div>
  );
}
