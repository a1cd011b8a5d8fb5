import type { HoldoutDetail } from "@terrace/contract/api/holdouts";
import { Input } from "antd";
import { useState } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { Panel } from "../../ui/Panel.tsx";
import { PersonPicker } from "../merges/PersonPicker.tsx";
import { GroupsAt } from "./PersonHoldouts.tsx";

/** In which group of a holdout somebody was on a day. */
export function LookUpPanel({ holdout }: { readonly holdout: HoldoutDetail }) {
  const text = useText();
  const { day } = useFormat();
  const [person, setPerson] = useState("");
  const [date, setDate] = useState(() => day(Date.now()));
  return (
    <Panel title={text("holdouts.lookUp")}>
      <p className="muted">{text("holdouts.lookUpHint")}</p>
      <div className="row-wrap">
        <PersonPicker value={person} onPick={setPerson} hint={text("holdouts.pick")} />
        <Input
          className="holdout-day"
          type="date"
          aria-label={text("holdouts.atDay")}
          max={day(Date.now())}
          value={date}
          onChange={({ target }) => setDate(target.value)}
        />
      </div>
      {person === "" || date === "" ? null : <GroupsAt person={person} date={date} holdout={holdout.key} />}
    </Panel>
  );
}
