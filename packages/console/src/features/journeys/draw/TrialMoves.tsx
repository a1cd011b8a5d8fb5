import { dueMsOf } from "@terrace/domain/journeys/simulate-journey";
import { Button } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { EventPicker } from "../../conditions/EventPicker.tsx";
import type { Definition } from "./draft-edits.ts";
import { Field, LengthField, PairsField, type Length } from "./fields.tsx";
import type { Values } from "./pairs.ts";
import { answerTrial, doInTrial, passTime, passToDue, type Trial } from "./trial.ts";

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
type Props = { readonly definition: Definition; readonly trial: Trial; readonly onTrial: (trial: Trial) => void };

/** What can happen next: time passes, the person does something, a task is done. */
export function TrialMoves({ definition, trial, onTrial }: Props) {
  const text = useText();
  const node = definition.nodes.find(({ id }) => id === trial.simulation.enrolment.place.node);
  return (
    <>
      <div className="row draw-field">
        {dueMsOf(trial.simulation) === null ? null : (
          <Button type="primary" onClick={() => onTrial(passToDue(trial))}>
            {text("journeys.try.toDue")}
          </Button>
        )}
        {node?.kind === "task" ? (
          <Button onClick={() => onTrial(answerTrial(trial, { kind: "task" }))}>{text("journeys.try.taskDone")}</Button>
        ) : null}
      </div>
      <Passing trial={trial} onTrial={onTrial} />
      <Doing trial={trial} onTrial={onTrial} />
    </>
  );
}

function Passing({ trial, onTrial }: Pick<Props, "trial" | "onTrial">) {
  const text = useText();
  const [length, setLength] = useState<Length>({ amount: 1, unit: "hour" });
  return (
    <>
      <LengthField name={text("journeys.try.pass")} value={length} onChange={setLength} />
      <Button className="draw-field" onClick={() => onTrial(passTime(trial, length.amount * UNIT_MS[length.unit]))}>
        {text("journeys.try.passNow")}
      </Button>
    </>
  );
}

function Doing({ trial, onTrial }: Pick<Props, "trial" | "onTrial">) {
  const text = useText();
  const [event, setEvent] = useState<string | null>(null);
  const [properties, setProperties] = useState<Values>({});
  return (
    <>
      <Field name={text("journeys.try.does")}>
        <EventPicker label={text("journeys.try.does")} any={false} value={event} onChange={setEvent} />
      </Field>
      {event === null ? null : (
        <>
          <PairsField
            name={text("journeys.draw.properties")}
            hint={text("journeys.draw.jsonHint")}
            value={properties}
            onChange={setProperties}
          />
          <Button onClick={() => onTrial(doInTrial(trial, { event, properties }))}>{text("journeys.try.doNow")}</Button>
        </>
      )}
    </>
  );
}
