import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FactRows } from "../../ui/FactRows.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { valueText, type Definition, type Environment } from "./flag-parts.ts";
import { OnOff } from "./FlagState.tsx";
import { Prerequisites, RuleText, windowWords } from "./RuleText.tsx";
import "./flags.css";

type Props = { readonly definition: Definition; readonly nameOf: (environment: string) => string };

/** A whole definition to read: of an older version, or of a change that waits. */
export function DefinitionView({ definition, nameOf }: Props) {
  const text = useText();
  return (
    <div className="stack">
      <Panel title={text("flags.values")} flush>
        <FactRows
          rows={[
            [text("flags.type"), text(`flags.type.${definition.type}`)],
            [text("flags.defaultValue"), valueText(definition.defaultValue)],
            [text("flags.offValue"), valueText(definition.offValue)],
          ]}
        />
        {definition.prerequisites.length === 0 ? null : (
          <div className="flag-body">
            <Prerequisites all={definition.prerequisites} />
          </div>
        )}
      </Panel>
      {Object.entries(definition.environments).map(([key, environment]) => (
        <EnvironmentView key={key} name={nameOf(key)} environment={environment} />
      ))}
    </div>
  );
}

function EnvironmentView({ name, environment }: { readonly name: string; readonly environment: Environment }) {
  const text = useText();
  const format = useFormat();
  const { on, window, rules } = environment;
  return (
    <Panel title={name} count={<OnOff on={on} />} extra={windowWords(window, text, format)} flush>
      {rules.length === 0 ? (
        <EmptyState text={text("flags.noRules")} />
      ) : (
        <ol className="flag-rules">
          {rules.map((rule) => (
            <li key={rule.id} className="flag-rule">
              <RuleText rule={rule} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
