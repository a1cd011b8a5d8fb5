import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import type { Definition } from "./draft-edits.ts";
import type { DraftFault } from "./use-draft-faults.ts";
import { useTitleOf } from "./use-flow.ts";

type Props = { readonly definition: Definition; readonly faults: readonly DraftFault[]; readonly onSelect: (id: string) => void };

/** What is to be put right before the draft can go live; a click leads to the node. */
export function FaultList({ definition, faults, onSelect }: Props) {
  const text = useText();
  const titleOf = useTitleOf(definition);
  return (
    <Panel title={text("journeys.draw.faults")} count={String(faults.length)}>
      {faults.length === 0 ? (
        <p className="muted small">{text("journeys.draw.noFaults")}</p>
      ) : (
        <ul className="draw-faults" aria-label={text("journeys.draw.faults")}>
          {faults.map(({ node, words }) => (
            <li key={`${node} ${words}`}>
              <button type="button" className="plain-button" onClick={() => onSelect(node)}>
                <strong>{titleOf(node)}</strong> <span className="small">{words}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
