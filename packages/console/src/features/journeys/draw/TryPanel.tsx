import { Alert, Button } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import { useEntryWords } from "../use-entry-words.ts";
import type { Definition } from "./draft-edits.ts";
import { PairsField } from "./fields.tsx";
import type { Values } from "./pairs.ts";
import { beginTrial, comesIn, type Trial } from "./trial.ts";
import { TrialAsk } from "./TrialAsk.tsx";
import { TrialMoves } from "./TrialMoves.tsx";
import { TrialWay } from "./TrialWay.tsx";

type Props = {
  readonly journey: string;
  readonly definition: Definition;
  readonly trial: Trial | undefined;
  readonly onTrial: (trial: Trial | undefined) => void;
};

/** A made-up person goes through the draft step by step, on a clock that can be moved; nothing is sent or set. */
export function TryPanel({ journey, definition, trial, onTrial }: Props) {
  const text = useText();
  const isOlder = trial !== undefined && trial.simulation.definition !== definition;
  return (
    <Panel title={text("journeys.try")} label={text("journeys.try")}>
      <p className="muted small">{text("journeys.try.hint")}</p>
      {isOlder ? <Alert className="journey-notice" type="info" showIcon title={text("journeys.try.older")} /> : null}
      {trial === undefined || isOlder ? (
        <Begin journey={journey} definition={definition} onBegin={onTrial} />
      ) : (
        <Going definition={definition} trial={trial} onTrial={onTrial} />
      )}
    </Panel>
  );
}

function Begin({ journey, definition, onBegin }: Pick<Props, "journey" | "definition"> & { readonly onBegin: (trial: Trial) => void }) {
  const text = useText();
  const { timeZone } = useFormat();
  const entryWords = useEntryWords();
  const [properties, setProperties] = useState<Values>({});
  const { entry } = definition;
  const isIn = comesIn(definition, properties);
  const begin = () => onBegin(beginTrial(definition, { journey, originId: crypto.randomUUID(), timeZone, nowMs: Date.now(), properties }));
  return (
    <>
      <p>{entryWords({ ...entry, condition: null })}</p>
      {entry.kind === "event" || entry.kind === "api" ? (
        <PairsField
          name={text("journeys.try.properties")}
          hint={text("journeys.draw.jsonHint")}
          value={properties}
          onChange={setProperties}
        />
      ) : null}
      {entry.condition === null ? null : (
        <div className="draw-field">
          <span className="muted small">{text("journeys.try.assumes")}</span>
          <ConditionText condition={entry.condition} />
        </div>
      )}
      {isIn ? null : <p className="muted">{text("journeys.try.notIn")}</p>}
      <Button type="primary" disabled={!isIn} onClick={begin}>
        {text("journeys.try.begin")}
      </Button>
    </>
  );
}

type GoingProps = { readonly definition: Definition; readonly trial: Trial; readonly onTrial: Props["onTrial"] };

function Going({ definition, trial, onTrial }: GoingProps) {
  const text = useText();
  const format = useFormat();
  return (
    <>
      <div className="row">
        <strong className="grow">{text("journeys.try.clock", { time: format.tableTime(new Date(trial.nowMs).toISOString()) })}</strong>
        <Button size="small" onClick={() => onTrial(undefined)}>
          {text("journeys.try.again")}
        </Button>
      </div>
      <TrialWay definition={definition} trial={trial} />
      {trial.simulation.enrolment.end !== null ? null : trial.simulation.ask === null ? (
        <TrialMoves definition={definition} trial={trial} onTrial={onTrial} />
      ) : (
        <TrialAsk key={trial.simulation.passages.length} ask={trial.simulation.ask} trial={trial} onTrial={onTrial} />
      )}
    </>
  );
}
