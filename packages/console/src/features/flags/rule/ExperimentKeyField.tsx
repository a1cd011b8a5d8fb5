import { RULE_EXPERIMENT_KEY_MAX } from "@terrace/contract/api/experiment-keys";
import { listExperiments } from "@terrace/contract/api/experiments";
import { AutoComplete, Form, Input } from "antd";
import { useState } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useSettled } from "../../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ExperimentState } from "../../experiments/ExperimentState.tsx";
import { ofExperiment, type ExperimentRule } from "./of-experiment.ts";

const OFFERED = 20;
const SEARCH_WAIT_MS = 250;

type Props = {
  readonly rule: ExperimentRule;
  readonly onChange: (rule: ExperimentRule) => void;
  /** With the arms of an experiment that was chosen. */
  readonly onFill: (rule: ExperimentRule) => void;
};

/** Which experiment the rule is of: a kept one that is chosen brings its arms, any other key may be written. */
export function ExperimentKeyField({ rule, onChange, onFill }: Props) {
  const text = useText();
  // What stands there already is no search: all are offered until something is written.
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), SEARCH_WAIT_MS);
  const query = { limit: OFFERED, ...(search === "" ? {} : { search }) };
  const found = useCall(listExperiments, { params: useWorkspaceParams(), query }, { keepPrevious: true, staleMs: 30_000 });
  const kept = found.data?.items ?? [];
  return (
    <Form.Item label={text("flags.experimentKey")} extra={text("flags.experimentKeyNote")}>
      <AutoComplete<string>
        className="flag-experiment"
        aria-label={text("flags.experimentKey")}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        value={rule.experiment}
        popupMatchSelectWidth={false}
        options={kept.map(({ key, name, state }) => ({
          value: key,
          label: (
            <span className="search-option">
              <span>
                {name} <span className="mono muted">{key}</span>
              </span>
              <ExperimentState state={state} />
            </span>
          ),
        }))}
        popupRender={(list) => (
          <>
            {list}
            {found.data?.nextCursor === undefined ? null : <p className="search-more">{text("common.moreFound")}</p>}
          </>
        )}
        onChange={(experiment) => onChange({ ...rule, experiment: experiment.slice(0, RULE_EXPERIMENT_KEY_MAX) })}
        onSelect={(key) => {
          const chosen = kept.find((one) => one.key === key);
          if (chosen !== undefined) onFill(ofExperiment(rule, chosen));
        }}
      >
        <Input className="mono" />
      </AutoComplete>
    </Form.Item>
  );
}
