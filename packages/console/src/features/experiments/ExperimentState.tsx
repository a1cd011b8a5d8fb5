import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";

/** Where an experiment stands, in a word. */
export function ExperimentState({ state }: Pick<ExperimentView, "state">) {
  const text = useText();
  return (
    <Tag variant="filled" {...(state === "running" ? { className: "badge-on" } : state === "paused" ? { color: "warning" } : {})}>
      {text(`experiments.state.${state}`)}
    </Tag>
  );
}
