import type { ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Alert } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import type { Unit } from "../../../ui/format/measures.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { rangeWords, signed } from "../../effects/effect-words.ts";
import { FigureStrip, type KeyFigure } from "../../insight/frame/FigureStrip.tsx";

type Props = { readonly experiment: ExperimentView; readonly report: ExperimentBandit };

/** What was won, when shares change next, how often they did; and why nothing is preferred yet where nothing is. */
export function BanditFigures({ experiment, report }: Props) {
  const text = useText();
  const untold = useUntold({ experiment, report });
  const turns = report.periods.length - 1;
  return (
    <>
      {untold === undefined ? null : <Alert banner type="info" title={untold} />}
      <div className="bandit-figures">
        <FigureStrip
          figures={[
            useWon({ experiment, report }),
            useNext({ experiment, report }),
            { key: "turns", name: text("experiments.bandit.turns"), value: text("experiments.bandit.turnsTimes", { count: turns }) },
          ]}
        />
      </div>
    </>
  );
}

function useWon({ experiment: { definition }, report: { won, metric, unit, statistic } }: Props): KeyFigure {
  const text = useText();
  const format = useFormat();
  const isLess = definition.metrics[metric]?.better === "down";
  const name = text(isLess ? "experiments.bandit.spared" : "experiments.bandit.won");
  if (won === null) return { key: "won", name, value: MISSING, detail: text("experiments.bandit.wonUnknown") };
  // Of everybody together: a share of people becomes people.
  const whole: Unit = statistic === "proportion" ? "people" : unit === "share" ? "number" : unit;
  const measure = format.measure(whole);
  const round = (value: number): number => (whole === "number" || whole === "seconds" ? value : Math.round(value));
  const write = (value: number): string => signed(round(value), measure.short(Math.abs(round(value))));
  const { estimate, low, high, n } = won;
  const range =
    low === null && high === null
      ? text("experiments.bandit.wonUnbounded")
      : text("experiments.bandit.wonRange", { level: `${(definition.level * 100).toFixed(0)}%`, range: rangeWords({ low, high }, write) });
  const counted = text("experiments.bandit.counted", { count: n, people: format.count(n) });
  return { key: "won", name, value: write(estimate), detail: `${range} · ${counted}`, number: { value: estimate, measure } };
}

function useNext({ experiment: { state, stoppedAt, definition }, report: { nextAt } }: Props): KeyFigure {
  const text = useText();
  const format = useFormat();
  const named = { key: "next", name: text("experiments.bandit.next") };
  if (stoppedAt !== null) return { ...named, value: text("experiments.bandit.nextNone"), detail: text("experiments.bandit.nextStopped") };
  if (nextAt === null) return { ...named, value: text("experiments.bandit.nextNone"), detail: text("experiments.bandit.nextMost") };
  if (state === "paused")
    return { ...named, value: text("experiments.bandit.nextPaused"), detail: text("experiments.bandit.nextPausedNote") };
  const hours = definition.allocation.kind === "bandit" ? definition.allocation.everyHours : 0;
  const isLate = Date.parse(nextAt) <= Date.now();
  const every = text("experiments.bandit.every", { count: hours });
  return { ...named, value: format.dayTimeWords(nextAt), detail: isLate ? text("experiments.bandit.nextLate") : every };
}

/** Why no variant is preferred yet; undefined where one can be. */
function useUntold({ experiment: { definition }, report: { arms } }: Props): string | undefined {
  const text = useText();
  const format = useFormat();
  const { allocation, variants } = definition;
  if (allocation.kind !== "bandit" || arms.every(({ best }) => best !== null)) return undefined;
  const [least] = arms.toSorted((a, b) => a.n - b.n);
  if (least === undefined || least.n >= allocation.unitsMin) return text("experiments.bandit.untold.alike");
  const name = variants.find(({ key }) => key === least.variant)?.name ?? least.variant;
  return text("experiments.bandit.untold.few", { name, least: format.count(allocation.unitsMin), people: format.count(least.n) });
}
