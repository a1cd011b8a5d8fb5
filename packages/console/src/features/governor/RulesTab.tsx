import { getGovernorRules, listGovernorRules, saveGovernorRules } from "@terrace/contract/api/governor";
import { REPEAT_HOURS_MAX } from "@terrace/domain/governor/check-rules";
import { HOLIDAY_CALENDARS } from "@terrace/domain/governor/rules";
import { App, Button, Input, InputNumber, Select, Switch } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { SaveFoot } from "../../ui/SaveFoot.tsx";
import { useDraft } from "../../ui/use-draft.ts";
import { CapModal } from "./CapModal.tsx";
import { capWords, quietWords } from "./governor-words.ts";
import { QuietModal } from "./QuietModal.tsx";
import { freeId, withoutRule, withRule, type Cap, type Quiet, type Rules } from "./rule-parts.ts";
import { RuleRows } from "./RuleRows.tsx";

export type HeldRules = CallAnswer<typeof getGovernorRules>;
const ANY = { channel: null, tag: null, purpose: null } as const;
const REPEAT_HOURS = 24;
const REASON_MAX = 300;

type Props = { readonly rules: Rules; readonly disabled: boolean; readonly onChange: (rules: Rules) => void };

/** The rules in plain words, each to be changed; all of them are saved together, with a reason. */
export function RulesTab({ held }: { readonly held: HeldRules }) {
  const text = useText();
  const { message } = App.useApp();
  const may = useMay()("touch:approve");
  const params = useWorkspaceParams();
  const [reason, setReason] = useState("");
  const save = useChange(saveGovernorRules, [getGovernorRules, listGovernorRules]);
  const { draft, change, isEdited } = useDraft<Rules, Rules>(held.rules, (rules) => rules, save);
  const shared = { rules: draft, disabled: !may, onChange: change };
  const submit = () =>
    save.mutate(
      { params, body: { version: held.version, rules: draft, reason: reason.trim() } },
      { onSuccess: () => void message.success(text("governor.saved")) },
    );
  return (
    <div className="stack">
      <QuietPanel {...shared} />
      <CapsPanel {...shared} />
      <OtherPanel {...shared} />
      <Panel title={text("governor.platform")} label={text("governor.platform")}>
        <p className="small muted">{text("governor.platformNote")}</p>
        <RuleRows rows={held.platformCaps.map((cap) => ({ rule: cap, words: capWords(cap, text) }))} />
      </Panel>
      {may ? (
        <Panel label={text("governor.save")}>
          <div className="stack">
            <Input
              aria-label={text("governor.reason")}
              placeholder={text("governor.reason")}
              maxLength={REASON_MAX}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
            <SaveFoot
              save={save}
              note={text(isEdited ? "governor.saveNote" : "governor.unchanged")}
              canSave={isEdited && reason.trim() !== ""}
              onSave={submit}
            >
              {isEdited ? <Button onClick={() => change(held.rules)}>{text("governor.discard")}</Button> : null}
            </SaveFoot>
          </div>
        </Panel>
      ) : (
        <p className="small muted">{text("governor.readOnly")}</p>
      )}
    </div>
  );
}

function QuietPanel({ rules, disabled, onChange }: Props) {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState<Quiet>();
  const begin = (): Quiet => ({
    id: freeId("quiet", rules),
    scope: ANY,
    fromMinute: 1_320,
    toMinute: 480,
    days: "every_day",
    action: "defer",
  });
  return (
    <Panel
      title={text("governor.quietHours")}
      label={text("governor.quietHours")}
      extra={disabled ? null : <Button onClick={() => setOpen(begin())}>{text("governor.addQuiet")}</Button>}
    >
      <p className="small muted">{text("governor.quietNote")}</p>
      <RuleRows
        empty={text("governor.noQuiet")}
        rows={rules.quietHours.map((rule) => ({ rule, words: quietWords(rule, text, format) }))}
        {...(disabled
          ? {}
          : { onEdit: setOpen, onRemove: ({ id }: Quiet) => onChange({ ...rules, quietHours: withoutRule(rules.quietHours, id) }) })}
      />
      {open === undefined ? null : (
        <QuietModal
          rule={open}
          onClose={() => setOpen(undefined)}
          onDone={(rule) => {
            onChange({ ...rules, quietHours: withRule(rules.quietHours, rule) });
            setOpen(undefined);
          }}
        />
      )}
    </Panel>
  );
}

function CapsPanel({ rules, disabled, onChange }: Props) {
  const text = useText();
  const [open, setOpen] = useState<Cap>();
  const begin = (): Cap => ({ id: freeId("cap", rules), scope: ANY, most: 3, period: { kind: "calendar", unit: "day" }, action: "defer" });
  return (
    <Panel
      title={text("governor.caps")}
      label={text("governor.caps")}
      extra={disabled ? null : <Button onClick={() => setOpen(begin())}>{text("governor.addCap")}</Button>}
    >
      <p className="small muted">{text("governor.capsNote")}</p>
      <RuleRows
        empty={text("governor.noCaps")}
        rows={rules.caps.map((rule) => ({ rule, words: capWords(rule, text) }))}
        {...(disabled ? {} : { onEdit: setOpen, onRemove: ({ id }: Cap) => onChange({ ...rules, caps: withoutRule(rules.caps, id) }) })}
      />
      {open === undefined ? null : (
        <CapModal
          rule={open}
          onClose={() => setOpen(undefined)}
          onDone={(rule) => {
            onChange({ ...rules, caps: withRule(rules.caps, rule) });
            setOpen(undefined);
          }}
        />
      )}
    </Panel>
  );
}

function OtherPanel({ rules, disabled, onChange }: Props) {
  const text = useText();
  const { repeatHours, holidays } = rules;
  return (
    <Panel title={text("governor.others")} label={text("governor.others")}>
      <div className="governor-lines">
        <div className="row-wrap">
          <Switch
            size="small"
            aria-label={text("governor.repeats")}
            disabled={disabled}
            checked={repeatHours !== null}
            onChange={(on) => onChange({ ...rules, repeatHours: on ? REPEAT_HOURS : null })}
          />
          <span>{text(repeatHours === null ? "governor.repeatsFree" : "governor.repeatsOnce")}</span>
          {repeatHours === null ? null : (
            <>
              <InputNumber
                className="governor-number"
                aria-label={text("governor.repeatHours")}
                disabled={disabled}
                min={1}
                max={REPEAT_HOURS_MAX}
                precision={0}
                value={repeatHours}
                onChange={(hours) => hours === null || onChange({ ...rules, repeatHours: hours })}
              />
              <span>{text("governor.hours")}</span>
            </>
          )}
        </div>
        <div className="row-wrap">
          <span>{text("governor.holidays")}</span>
          <Select
            className="governor-select"
            aria-label={text("governor.holidays")}
            disabled={disabled}
            value={holidays}
            onChange={(next) => onChange({ ...rules, holidays: next })}
            options={HOLIDAY_CALENDARS.map((value) => ({ value, label: text(`governor.calendar.${value}`) }))}
          />
        </div>
      </div>
    </Panel>
  );
}
