import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Tag } from "antd";
import { useText } from "../../../app/i18n.ts";

/** Marks an experiment whose shares follow the figures. */
export function BanditTag({ definition: { allocation } }: Pick<ExperimentView, "definition">) {
  const text = useText();
  return allocation.kind === "bandit" ? <Tag>{text("experiments.allocation.bandit")}</Tag> : null;
}
