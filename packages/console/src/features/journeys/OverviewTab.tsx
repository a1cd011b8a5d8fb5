import { getJourney, type JourneyDetail, type JourneyFigures } from "@terrace/contract/api/journeys";
import type { UseQueryResult } from "@tanstack/react-query";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { rangeWords, signed } from "../effects/effect-words.ts";
import { FigureStrip, keyFigure, type KeyFigure } from "../insight/frame/FigureStrip.tsx";
import "../insight/frame/frame.css";
import { FlowDrawing } from "./draw/FlowDrawing.tsx";
import { NodeTable } from "./NodeTable.tsx";

type Props = { readonly journey: JourneyDetail; readonly figures: UseQueryResult<JourneyFigures> };

/** What a journey brings, and how many people are where. */
export function OverviewTab({ journey, figures }: Props) {
  const text = useText();
  const version = journey.live?.version ?? journey.version;
  const isShown = version === journey.version;
  const running = useCall(
    getJourney,
    { params: { ...useWorkspaceParams(), journey: journey.id }, query: { version } },
    { enabled: !isShown },
  );
  const definition = isShown ? journey.definition : running.data?.definition;
  return (
    <QueryView query={figures} skeleton={8}>
      {(data) => (
        <div className="stack">
          <Panel>
            <Figures journey={journey} figures={data} />
          </Panel>
          {definition === undefined ? null : (
            <>
              <Panel flush className="draw-shown" title={text("journeys.draw.flow")} count={text("journeys.versionOf", { version })}>
                <FlowDrawing definition={definition} figures={data} label={text("journeys.draw.flow")} />
              </Panel>
              <Panel flush title={text("journeys.nodes")} count={text("journeys.versionOf", { version })}>
                <NodeTable journey={journey} definition={definition} figures={data} />
              </Panel>
            </>
          )}
        </div>
      )}
    </QueryView>
  );
}

function Figures({ journey, figures }: { readonly journey: JourneyDetail; readonly figures: JourneyFigures }) {
  const text = useText();
  const format = useFormat();
  const { entered, held, nodes } = figures;
  const people = format.measure("people");
  const shown = [
    keyFigure(
      "here",
      text("journeys.here"),
      nodes.reduce((sum, { here }) => sum + here, 0),
      people,
    ),
    keyFigure("entered", text("journeys.entered"), entered, people),
    ...useGoalFigures(journey, figures),
    keyFigure("held", text("journeys.held"), held, people),
  ];
  return <FigureStrip figures={shown} />;
}

/** The share that reaches the goal, beside those held back, and what the journey adds to it. */
function useGoalFigures(
  { definition: { goal: asked, holdout } }: JourneyDetail,
  { entered, goal, held, heldGoal, effect }: JourneyFigures,
): readonly KeyFigure[] {
  const text = useText();
  const share = useFormat().measure("share");
  if (asked === null && goal === 0) return [];
  const rate = (of: number, all: number) => (all === 0 ? MISSING : share.short(of / all));
  const points = (value: number) => signed(value, `${Math.abs(value * 100).toFixed(1)} pp`);
  const reached = {
    key: "goal",
    name: text("journeys.goalShare"),
    value: rate(goal, entered),
    detail: text("journeys.goalOf", { goal, entered }),
  };
  if (held === 0) return [{ ...reached, detail: holdout === 0 ? text("journeys.noHoldout") : reached.detail }];
  const isClear = effect !== null && (effect.low > 0 || effect.high < 0);
  return [
    reached,
    {
      key: "heldGoal",
      name: text("journeys.heldShare"),
      value: rate(heldGoal, held),
      detail: text("journeys.goalOf", { goal: heldGoal, entered: held }),
    },
    {
      key: "lift",
      name: text("journeys.lift"),
      value:
        effect === null ? (
          MISSING
        ) : (
          <span className={isClear ? (effect.estimate > 0 ? "change-good" : "change-bad") : "muted"}>{points(effect.estimate)}</span>
        ),
      detail:
        effect === null
          ? text("journeys.liftUnknown")
          : text(isClear ? "journeys.liftRange" : "journeys.liftUnclear", { range: rangeWords(effect, points) }),
    },
  ];
}
