import { Tag } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { valueText, type Definition } from "../flag-parts.ts";
import { OnOff } from "../FlagState.tsx";
import { Prerequisites, RuleText, windowWords } from "../RuleText.tsx";
import { BeforeAfter, type Line } from "./BeforeAfter.tsx";
import { differences, type EnvironmentDifference, type FlagField, type RuleDifference } from "./differences.ts";
import { useFieldLine } from "./use-field-line.tsx";

type Props = { readonly before: Definition; readonly after: Definition; readonly nameOf: (environment: string) => string };

/** What a change makes otherwise: the flag first, then environment after environment. */
export function DifferenceView({ before, after, nameOf }: Props) {
  const text = useText();
  const { fields, environments } = differences(before, after);
  const shown = (definition: Definition, field: FlagField): ReactNode => {
    if (field === "type") return text(`flags.type.${definition.type}`);
    if (field !== "prerequisites") return <span className="mono">{valueText(definition[field])}</span>;
    return definition.prerequisites.length === 0 ? MISSING : <Prerequisites all={definition.prerequisites} />;
  };
  const lines = fields.map((field): Line => ({ label: text(`flags.${field}`), before: shown(before, field), after: shown(after, field) }));
  if (lines.length + environments.length === 0) return <p className="muted">{text("flags.noDifference")}</p>;
  return (
    <div className="stack">
      {lines.length === 0 ? null : (
        <Panel title={text("flags.values")} flush>
          <BeforeAfter lines={lines} />
        </Panel>
      )}
      {environments.map((one) => (
        <EnvironmentChange key={one.environment} difference={one} name={nameOf(one.environment)} />
      ))}
    </div>
  );
}

function EnvironmentChange({
  difference: { on, window, rules },
  name,
}: {
  readonly difference: EnvironmentDifference;
  readonly name: string;
}) {
  const text = useText();
  const format = useFormat();
  const lines: readonly Line[] = [
    ...(on === undefined ? [] : [{ label: text("flags.state"), before: <OnOff on={on[0]} />, after: <OnOff on={on[1]} /> }]),
    ...(window === undefined
      ? []
      : [
          {
            label: text("flags.window"),
            before: windowWords(window[0], text, format) ?? text("flags.always"),
            after: windowWords(window[1], text, format) ?? text("flags.always"),
          },
        ]),
  ];
  return (
    <Panel title={name} flush>
      {lines.length === 0 ? null : <BeforeAfter lines={lines} />}
      {rules.map((one) => {
        const { id, kind } = one.kind === "changed" ? one.after : one.rule;
        return <RuleChange key={`${one.kind} ${kind} ${id}`} difference={one} />;
      })}
    </Panel>
  );
}

function RuleChange({ difference }: { readonly difference: RuleDifference }) {
  const text = useText();
  const lineOf = useFieldLine();
  const tag = <Tag color={CHANGE_COLOURS[difference.kind]}>{text(`flags.ruleIs.${difference.kind}`)}</Tag>;
  if (difference.kind !== "changed")
    return (
      <div className="flag-rule flag-rule-change">
        {tag}
        <RuleText rule={difference.rule} />
      </div>
    );
  const { before, after, fields, place } = difference;
  const moved: readonly Line[] = place === undefined ? [] : [{ label: text("flags.place"), before: place[0], after: place[1] }];
  return (
    <>
      <div className="flag-rule flag-rule-change">
        {tag}
        <span className="flag-rule-text">
          <Tag variant="filled">{text(`flags.rule.${after.kind}`)}</Tag> <span className="mono muted">{after.id}</span> {after.note}
        </span>
      </div>
      <BeforeAfter lines={[...moved, ...fields.map((field) => lineOf(field, before, after))]} />
    </>
  );
}

const CHANGE_COLOURS = { added: "success", removed: "error", changed: "processing" } as const;
