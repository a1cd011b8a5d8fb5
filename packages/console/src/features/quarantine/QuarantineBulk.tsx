import { Button } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import type { QuarantineSelection } from "./use-quarantine-actions.ts";
import { useQuarantineActions } from "./use-quarantine-actions.ts";

type QuarantineBulkProps = {
  readonly selection: QuarantineSelection;
  readonly count: number;
  readonly onDone: () => void;
  /** Named as "all so many" rather than the ticked ones. */ readonly all?: boolean;
};

/** Replay and discard for a selection of quarantined events. */
export function QuarantineBulk({ selection, count, onDone, all = false }: QuarantineBulkProps) {
  const text = useText();
  const format = useFormat();
  const { askReplay, askDiscard, busy } = useQuarantineActions(onDone);
  return (
    <>
      <Button onClick={() => askDiscard(selection, count)} disabled={busy}>
        {all ? text("quarantine.discardAll", { count, shown: format.count(count) }) : text("quarantine.discard")}
      </Button>
      <Button type="primary" loading={busy} onClick={() => askReplay(selection, count)}>
        {all ? text("quarantine.replayAll", { count, shown: format.count(count) }) : text("quarantine.replay")}
      </Button>
    </>
  );
}
