import type { RouteContract } from "@terrace/contract/route";
import { Tag } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { isSavedState } from "./saved-state.ts";
import type { Analysis } from "./use-analysis.ts";

type Props<C extends RouteContract> = { readonly analysis: Analysis<C> };

/** Beside the name of a saved analysis: its kind, and whether what is on screen is what was saved. */
export function SavedTags<C extends RouteContract>({ analysis, kindName }: Props<C> & { readonly kindName: string }) {
  const text = useText();
  if (analysis.saved === undefined) return null;
  return (
    <>
      <Tag>{kindName}</Tag>
      <Tag>{text(isSavedState(analysis) ? "insight.saved" : "insight.changed")}</Tag>
    </>
  );
}

/** Whose a saved analysis is, and when it was changed last. */
export function SavedMeta<C extends RouteContract>({ analysis }: Props<C>) {
  const text = useText();
  const format = useFormat();
  const { saved } = analysis;
  if (saved === undefined) return null;
  return (
    <>
      <span>{saved.owner}</span>
      <span>{text("common.updatedAt", { time: format.recent(saved.changedAt) })}</span>
    </>
  );
}
