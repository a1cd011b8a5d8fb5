import type { ExperimentView } from "@terrace/contract/api/experiments";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { BanditTag } from "./bandit/BanditTag.tsx";

/** Marks an experiment whose variants are all the same, and one whose shares follow the figures. */
export function KindTags({ definition }: Pick<ExperimentView, "definition">) {
  const text = useText();
  return (
    <>
      {definition.kind === "aa" ? <Tag>{text("experiments.kindTag.aa")}</Tag> : null}
      <BanditTag definition={definition} />
    </>
  );
}
