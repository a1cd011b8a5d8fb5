import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useNodeWords } from "../use-node-words.ts";
import { useWhyWords } from "../use-way-words.ts";
import type { Definition } from "./draft-edits.ts";
import type { Trial } from "./trial.ts";

/** Every step so far with its time and the reason of its turn, and where they are. */
export function TrialWay({ definition, trial }: { readonly definition: Definition; readonly trial: Trial }) {
  const text = useText();
  const format = useFormat();
  const words = useNodeWords();
  const whyWords = useWhyWords();
  const { passages, enrolment } = trial.simulation;
  const nodeOf = (id: string) => definition.nodes.find((node) => node.id === id);
  const titleOf = (id: string) => {
    const node = nodeOf(id);
    return node === undefined ? id : words.title(node);
  };
  const time = (ms: number) => format.tableTime(new Date(ms).toISOString());
  return (
    <ol className="journey-way" aria-label={text("journeys.try.way")}>
      {passages.map(({ step, node, cameMs, leftMs, out, why }) => (
        <li key={step}>
          <div className="row">
            <strong className="grow">{titleOf(node)}</strong>
            <span className="muted small">{time(leftMs)}</span>
          </div>
          <div>{whyWords({ step, node, out, why, cameAt: time(cameMs), leftAt: time(leftMs) }, nodeOf(node))}</div>
          {out === null || out === "next" ? null : <div className="muted small">→ {words.out(nodeOf(node), out)}</div>}
        </li>
      ))}
      {enrolment.end === null ? (
        <li className="journey-now">
          <strong>{text("journeys.now.at", { node: titleOf(enrolment.place.node) })}</strong>
          {enrolment.place.dueMs === null ? null : <div>{text("journeys.now.due", { time: time(enrolment.place.dueMs) })}</div>}
        </li>
      ) : null}
      {enrolment.goalMs === null ? null : <li>{text("journeys.try.goal", { time: time(enrolment.goalMs) })}</li>}
    </ol>
  );
}
