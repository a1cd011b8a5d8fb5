import type { Ask } from "@terrace/domain/journeys/enrolment";
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { ConditionText } from "../../conditions/ConditionText.tsx";
import { answerTrial, type Trial } from "./trial.ts";

type Props<Kind extends Ask["kind"]> = {
  readonly ask: Extract<Ask, { readonly kind: Kind }>;
  readonly trial: Trial;
  readonly onTrial: (trial: Trial) => void;
};

/** What only life can tell of a made-up person: it is asked before they go on. */
export function TrialAsk({ ask, ...props }: Props<Ask["kind"]>) {
  switch (ask.kind) {
    case "conditions":
      return <ConditionsAsk ask={ask} {...props} />;
    case "minute":
      return <MinuteAsk {...props} />;
    case "webhook":
      return <WebhookAsk {...props} />;
  }
}

/** Whether the person meets each condition, in the order in which it is asked. */
function ConditionsAsk({ ask: { conditions }, trial, onTrial }: Props<"conditions">) {
  const text = useText();
  const [holds, setHolds] = useState<readonly (boolean | undefined)[]>(conditions.map(() => undefined));
  const answers = holds.filter((one) => one !== undefined);
  const options = [
    { value: true, label: text("journeys.try.meets") },
    { value: false, label: text("journeys.try.meetsNot") },
  ];
  return (
    <>
      {conditions.map((condition, at) => (
        <div className="draw-arm" key={JSON.stringify([at, condition])} role="group" aria-label={text("journeys.try.asks")}>
          <ConditionText condition={condition} />
          <Radio.Group
            options={options}
            value={holds[at]}
            onChange={({ target }) => setHolds(holds.map((one, index) => (index === at ? target.value === true : one)))}
          />
        </div>
      ))}
      <Button
        type="primary"
        disabled={answers.length < conditions.length}
        onClick={() => onTrial(answerTrial(trial, { kind: "conditions", holds: answers }))}
      >
        {text("journeys.try.answer")}
      </Button>
    </>
  );
}

type Plain = Pick<Props<"minute">, "trial" | "onTrial">;

/** At which hour they are mostly there. */
function MinuteAsk({ trial, onTrial }: Plain) {
  const text = useText();
  const [time, setTime] = useState("20:00");
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const answer = (minute: number | null) => onTrial(answerTrial(trial, { kind: "minute", minute }));
  return (
    <>
      <p>{text("journeys.try.minute")}</p>
      <div className="draw-pair">
        <Input type="time" aria-label={text("journeys.try.minute")} value={time} onChange={({ target }) => setTime(target.value)} />
        <Button type="primary" disabled={time === ""} onClick={() => answer(hours * 60 + minutes)}>
          {text("journeys.try.answer")}
        </Button>
        <Button onClick={() => answer(null)}>{text("journeys.try.minuteUnknown")}</Button>
      </div>
    </>
  );
}

function WebhookAsk({ trial, onTrial }: Plain) {
  const text = useText();
  const answer = (isOk: boolean) => onTrial(answerTrial(trial, { kind: "webhook", isOk, answer: {} }));
  return (
    <>
      <p>{text("journeys.try.webhook")}</p>
      <div className="row">
        <Button type="primary" onClick={() => answer(true)}>
          {text("journeys.try.answered")}
        </Button>
        <Button onClick={() => answer(false)}>{text("journeys.out.failed")}</Button>
      </div>
    </>
  );
}
