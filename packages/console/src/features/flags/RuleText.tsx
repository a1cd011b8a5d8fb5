import { Tag } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useText, type Text } from "../../app/i18n.ts";
import { useFormat, type Format } from "../../app/workspace/use-format.ts";
import { useLink, useMay } from "../../app/workspace/workspace-context.ts";
import { useSegmentNames } from "../segments/SegmentSelect.tsx";
import { linesOf } from "./condition-lines.ts";
import { flagPath, partsText, valueText, type Prerequisite, type Rule, type Window } from "./flag-parts.ts";
import { KeptExperiment } from "./KeptExperiment.tsx";

/** A rule in words: whom it is for, and what it gives. */
export function RuleText({ rule }: { readonly rule: Rule }) {
  const text = useText();
  const format = useFormat();
  const { condition, segments, prerequisites, window } = rule;
  const asked = windowWords(window, text, format);
  const isForAll = Object.keys(condition).length + segments.any.length + segments.none.length + prerequisites.length === 0;
  return (
    <div className={`flag-rule-text ${rule.on ? "" : "flag-rule-off"}`}>
      <span className="tags">
        <Tag variant="filled">{text(`flags.rule.${rule.kind}`)}</Tag>
        {rule.on ? null : <Tag>{text("flags.ruleOff")}</Tag>}
        <span className="mono muted">{rule.id}</span>
        <span>{rule.note}</span>
      </span>
      {isForAll ? <p>{text("flags.everyone")}</p> : null}
      <ConditionWords condition={condition} />
      <SegmentWords segments={segments} />
      <Prerequisites all={prerequisites} />
      {asked === undefined ? null : <p>{asked}</p>}
      <p className="strong">{given(rule, text, format)}</p>
      {rule.kind === "experiment" ? <ExperimentWords rule={rule} /> : null}
    </div>
  );
}

/** A condition on attributes in words, or as JSON where it is nested. */
export function ConditionWords({ condition }: Pick<Rule, "condition">) {
  const text = useText();
  if (Object.keys(condition).length === 0) return null;
  const lines = linesOf(condition);
  if (lines === undefined)
    return (
      <p>
        <code className="mono">{JSON.stringify(condition)}</code>
      </p>
    );
  return lines.map(({ attribute, operator, type, values }, at) => (
    <p key={at}>
      <span className="mono">{attribute}</span> {text(`flags.op.${operator}`)}{" "}
      <span className="mono">{type === "text" ? values.map((value) => JSON.stringify(value)).join(", ") : values.join(", ")}</span>
    </p>
  ));
}

/** Segments that a rule asks about, with the ways to them. */
export function SegmentWords({ segments }: Pick<Rule, "segments">) {
  const text = useText();
  const link = useLink();
  // Who may not look at people cannot look at segments either.
  const names = useSegmentNames(useMay()("people:read") ? [...new Set([...segments.any, ...segments.none])] : []);
  const each = (label: string, ids: readonly string[]): ReactNode =>
    ids.length === 0 ? null : (
      <p>
        {label}{" "}
        {ids.map((id, at) => (
          <span key={id}>
            {at === 0 ? null : " · "}
            <Link to={link(`segments/${id}`)}>{names.get(id) ?? id}</Link>
          </span>
        ))}
      </p>
    );
  return (
    <>
      {each(text("flags.inAny"), segments.any)}
      {each(text("flags.inNone"), segments.none)}
    </>
  );
}

/** Flags that are presupposed, with the ways to them. */
export function Prerequisites({ all }: { readonly all: readonly Prerequisite[] }) {
  const text = useText();
  const link = useLink();
  return all.map(({ flag, values }) => (
    <p key={flag}>
      {text("flags.prerequisites")}{" "}
      <Link className="mono" to={link(flagPath(flag))}>
        {flag}
      </Link>{" "}
      = <span className="mono">{values.map(valueText).join(", ")}</span>
    </p>
  ));
}

/** When something is in force, in words; undefined for always. */
export function windowWords({ from, until }: Window, text: Text, format: Format): string | undefined {
  if (from !== null && until !== null) return text("flags.windowBetween", { from: format.tableTime(from), until: format.tableTime(until) });
  if (from !== null) return text("flags.windowFrom", { from: format.tableTime(from) });
  return until === null ? undefined : text("flags.windowUntil", { until: format.tableTime(until) });
}

function given(rule: Rule, text: Text, format: Format): string {
  if (rule.kind === "force") return text("flags.gives", { value: valueText(rule.value) });
  const share = partsText(rule.coverage);
  const steps = rule.ramp.map((step) => text("flags.rampStep", { share: partsText(step.coverage), time: format.tableTime(step.at) }));
  const first =
    rule.kind === "experiment"
      ? text("flags.experimentOf", { key: rule.experiment, share })
      : text("flags.givesShare", { value: valueText(rule.value), share });
  return [first, ...steps].join(" · ");
}

function ExperimentWords({ rule }: { readonly rule: Extract<Rule, { kind: "experiment" }> }) {
  const text = useText();
  const { namespace } = rule;
  return (
    <>
      <KeptExperiment experiment={rule.experiment} />
      {rule.arms.map(({ key, weight, value }) => (
        <p key={key} className="mono">
          {text("flags.arm", { key, share: partsText(weight), value: valueText(value) })}
        </p>
      ))}
      {namespace === null ? null : (
        <p>
          {text("flags.namespaceOf", {
            key: namespace.key,
            from: partsText(namespace.range.from),
            to: partsText(namespace.range.to),
          })}
        </p>
      )}
      {rule.qaOnly ? <p>{text("flags.qaOnly")}</p> : null}
    </>
  );
}
