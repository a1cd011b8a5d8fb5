import type { PullView } from "@terrace/contract/api/pulls";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";

const COLOURS = { running: "processing", done: "success", failed: "error" } as const;

/** How the last run went, or that one is about to begin. */
export function PullState({ pull: { lastRun, asked } }: { readonly pull: PullView }) {
  const text = useText();
  const format = useFormat();
  if (asked && lastRun?.state !== "running")
    return (
      <Tag variant="filled" color="processing">
        {text("pulls.asked")}
      </Tag>
    );
  if (lastRun === null) return <span className="muted">{text("pulls.never")}</span>;
  return (
    <span className="row">
      <RunTag state={lastRun.state} />
      {lastRun.state === "done" && lastRun.rows > 0 ? <small className="muted">{format.count(lastRun.rows)}</small> : null}
    </span>
  );
}

/** The state of one run. */
export function RunTag({ state }: { readonly state: keyof typeof COLOURS }) {
  const text = useText();
  return (
    <Tag variant="filled" color={COLOURS[state]}>
      {text(`pulls.state.${state}`)}
    </Tag>
  );
}
