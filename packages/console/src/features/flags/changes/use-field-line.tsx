import type { ReactNode } from "react";
import { useText, type Text } from "../../../app/i18n.ts";
import { useFormat, type Format } from "../../../app/workspace/use-format.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { partsText, valueText, type Rule } from "../flag-parts.ts";
import { ConditionWords, Prerequisites, SegmentWords, windowWords } from "../RuleText.tsx";
import type { Line } from "./BeforeAfter.tsx";
import type { RuleField } from "./differences.ts";

type ExperimentRule = Extract<Rule, { kind: "experiment" }>;
type Show = (rule: Rule) => ReactNode;

/** Tells one part of a rule as it was and as it would be. */
export function useFieldLine(): (field: RuleField, before: Rule, after: Rule) => Line {
  const text = useText();
  const shows = { ...commonShows(text, useFormat()), ...experimentShows(text) };
  const labels = labelsOf(text);
  return (field, before, after) => ({ label: labels[field], before: shows[field](before), after: shows[field](after) });
}

function labelsOf(text: Text): Readonly<Record<RuleField, string>> {
  return {
    note: text("flags.description"),
    on: text("flags.ruleOn"),
    condition: text("flags.condition"),
    segments: text("flags.segments"),
    prerequisites: text("flags.prerequisites"),
    window: text("flags.window"),
    value: text("flags.value"),
    experiment: text("flags.experimentKey"),
    coverage: text("flags.coverage"),
    ramp: text("flags.ramp"),
    arms: text("flags.arms"),
    unit: text("flags.unit"),
    named: text("flags.named"),
    qaOnly: text("flags.qaOnlyLabel"),
    namespace: text("flags.namespace"),
    sticky: text("flags.sticky"),
    version: text("flags.assignment"),
    minVersion: text("flags.minAssignment"),
  };
}

type CommonField = Exclude<RuleField, OfExperiments>;
type OfExperiments = "experiment" | "arms" | "named" | "qaOnly" | "namespace" | "sticky" | "version" | "minVersion";

function commonShows(text: Text, format: Format): Readonly<Record<CommonField, Show>> {
  return {
    note: ({ note }) => note || MISSING,
    on: ({ on }) => yesNo(on, text),
    condition: ({ condition }) => (Object.keys(condition).length === 0 ? text("flags.everyone") : <ConditionWords condition={condition} />),
    segments: ({ segments }) => (segments.any.length + segments.none.length === 0 ? MISSING : <SegmentWords segments={segments} />),
    prerequisites: ({ prerequisites }) => (prerequisites.length === 0 ? MISSING : <Prerequisites all={prerequisites} />),
    window: ({ window }) => windowWords(window, text, format) ?? text("flags.always"),
    value: (rule) => (rule.kind === "experiment" ? MISSING : <span className="mono">{valueText(rule.value)}</span>),
    coverage: (rule) => (rule.kind === "force" ? MISSING : partsText(rule.coverage)),
    ramp: (rule) =>
      rule.kind !== "force" && rule.ramp.length > 0
        ? rule.ramp.map(({ at, coverage }) => (
            <p key={at}>{text("flags.rampStep", { share: partsText(coverage), time: format.tableTime(at) })}</p>
          ))
        : MISSING,
    unit: (rule) => (rule.kind === "force" ? MISSING : text(`flags.unit.${rule.unit}`)),
  };
}

function experimentShows(text: Text): Readonly<Record<OfExperiments, Show>> {
  const show =
    (one: (rule: ExperimentRule) => ReactNode): Show =>
    (rule) =>
      rule.kind === "experiment" ? one(rule) : MISSING;
  return {
    experiment: show(({ experiment }) => <span className="mono">{experiment}</span>),
    arms: show(({ arms }) =>
      arms.map(({ key, name, weight, value }) => (
        <p key={key}>
          <span className="mono">{text("flags.arm", { key, share: partsText(weight), value: valueText(value) })}</span> {name}
        </p>
      )),
    ),
    named: show(({ named }) =>
      named.length === 0
        ? MISSING
        : named.map(({ arm, ids }) => (
            <p key={arm}>
              <span className="mono">{arm}</span> {ids.join(", ")}
            </p>
          )),
    ),
    qaOnly: show(({ qaOnly }) => yesNo(qaOnly, text)),
    namespace: show(({ namespace }) =>
      namespace === null
        ? MISSING
        : text("flags.namespaceOf", { key: namespace.key, from: partsText(namespace.range.from), to: partsText(namespace.range.to) }),
    ),
    sticky: show(({ sticky }) => yesNo(sticky, text)),
    version: show(({ version }) => version),
    minVersion: show(({ minVersion }) => minVersion),
  };
}

function yesNo(is: boolean, text: Text): string {
  return text(is ? "flags.yes" : "flags.no");
}
