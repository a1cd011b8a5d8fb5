import { useMemo } from "react";
import type { FunnelSpec, OnPick } from "./chart-spec.ts";
import { type ChartMode, slotColour } from "./chart-theme.ts";
import { roundAxis } from "./option-parts.ts";
import { OTHER_SLOT, slotsIn } from "./series-colours.ts";
import "./funnel.css";

type FunnelProps = {
  readonly spec: FunnelSpec;
  readonly height: number;
  readonly mode: ChartMode;
  readonly colourScope: string;
  readonly onPick?: OnPick | undefined;
};
type Group = FunnelSpec["groups"][number];

/** Bars by step: who got there, and above them, pale, who was lost on the way; every part is a button that leads to its people. */
export function FunnelChart({ spec, height, mode, colourScope, onPick }: FunnelProps) {
  const groups = spec.groups.slice(0, 8);
  const scale = useMemo(() => {
    const largest = Math.max(1, ...groups.flatMap(({ people }) => people));
    const axis = spec.measure.axis(largest);
    const { max, interval } = roundAxis(largest, axis);
    return {
      max,
      ticks: Array.from({ length: Math.round(max / interval) + 1 }, (_, i) => ({
        share: (i * interval) / max,
        text: axis.tick(i * interval),
      })),
    };
  }, [groups, spec.measure]);
  const slots = slotsIn(
    colourScope,
    groups.filter(({ other }) => other !== true).map(({ key }) => key),
  );
  const colourOf = ({ key, other }: Group) => slotColour(other === true ? OTHER_SLOT : (slots.get(key) ?? 0), mode);
  return (
    <div className="funnel" role="group" aria-label={spec.summary}>
      <div className="funnel-plot" style={{ height }}>
        {scale.ticks.map(({ share, text }) => (
          <div key={text} className="funnel-line" style={{ bottom: `${share * 100}%` }} aria-hidden="true">
            <span>{text}</span>
          </div>
        ))}
        <ol className="funnel-steps">
          {spec.steps.map((label, step) => (
            <li key={`${step}-${label}`}>
              <div className="funnel-bars">
                {groups.map((group) => (
                  <FunnelBar
                    key={group.key}
                    spec={spec}
                    group={group}
                    step={step}
                    max={scale.max}
                    colour={colourOf(group)}
                    alone={groups.length === 1}
                    onPick={onPick}
                  />
                ))}
              </div>
            </li>
          ))}
        </ol>
      </div>
      <ol className="funnel-names" aria-hidden="true">
        {spec.steps.map((label, step) => (
          <li key={`${step}-${label}`} title={label}>
            {step + 1} {label}
          </li>
        ))}
      </ol>
      {groups.length > 1 ? (
        <div className="chart-legend funnel-legend">
          {groups.map((group) => (
            <span key={group.key}>
              <i className="chart-legend-box" style={{ background: colourOf(group) }} aria-hidden="true" />
              {group.name}
            </span>
          ))}
        </div>
      ) : null}
    </div>
  );
}

type BarProps = {
  readonly spec: FunnelSpec;
  readonly group: Group;
  readonly step: number;
  readonly max: number;
  readonly colour: string;
  readonly alone: boolean;
  readonly onPick?: OnPick | undefined;
};

/** The rate over a step: whole percents where several bars stand side by side, none beside figures that are shares themselves. */
function rateText(rate: number, alone: boolean, unit: FunnelSpec["measure"]["unit"]): string {
  if (!alone) return `${Math.round(rate * 100)}%`;
  return unit === "share" ? "" : `${(rate * 100).toFixed(1)}%`;
}

function FunnelBar({ spec, group, step, max, colour, alone, onPick }: BarProps) {
  const people = group.people[step] ?? 0;
  const before = group.people[step - 1];
  const dropped = before === undefined ? 0 : before - people;
  const rate = before === undefined || before === 0 ? undefined : people / before;
  const { measure, words, selected } = spec;
  const chosen = (outcome: "converted" | "dropped") =>
    selected?.group === group.key && selected.step === step && selected.outcome === outcome;
  const pick = (outcome: "converted" | "dropped") => onPick?.({ kind: "step", group: group.key, step, outcome });
  const name = `${spec.groups.length > 1 ? `${group.name}, ` : ""}${step + 1} ${spec.steps[step] ?? ""}`;
  return (
    <div className="funnel-bar">
      {rate === undefined ? null : (
        <span className="funnel-rate" style={{ bottom: `${((before ?? 0) / max) * 100}%` }}>
          {rateText(rate, alone, measure.unit)}
        </span>
      )}
      {dropped > 0 ? (
        <button
          type="button"
          className={`funnel-dropped ${chosen("dropped") ? "chosen" : ""}`}
          style={{ bottom: `${(people / max) * 100}%`, height: `${(dropped / max) * 100}%` }}
          aria-label={`${name}: ${words.dropped} ${measure.exact(dropped)}`}
          aria-pressed={chosen("dropped")}
          title={`${words.dropped} ${measure.exact(dropped)}`}
          disabled={onPick === undefined}
          onClick={() => pick("dropped")}
        >
          {alone && dropped / max > 0.05 ? <span>−{measure.exact(dropped)}</span> : null}
        </button>
      ) : null}
      <button
        type="button"
        className={`funnel-people ${chosen("converted") ? "chosen" : ""}`}
        style={{ height: `${(people / max) * 100}%`, background: colour }}
        aria-label={`${name}: ${measure.exact(people)}`}
        aria-pressed={chosen("converted")}
        title={measure.exact(people)}
        disabled={onPick === undefined}
        onClick={() => pick("converted")}
      >
        {alone && people / max > 0.07 ? <span>{measure.exact(people)}</span> : null}
      </button>
      {alone && people / max <= 0.07 ? (
        <span className="funnel-small" style={{ bottom: `${(people / max) * 100}%` }}>
          {dropped > 0 ? "" : measure.exact(people)}
        </span>
      ) : null}
    </div>
  );
}
