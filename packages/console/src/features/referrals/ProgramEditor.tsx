import { CREDIT_DEPTH_MAX } from "@terrace/domain/referrals/settle-claims";
import { Form, Input, InputNumber, Segmented, Switch } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ConditionField } from "../conditions/ConditionField.tsx";
import { EVENT_FIELDS } from "../conditions/condition-ground.ts";
import { EventPicker } from "../conditions/EventPicker.tsx";
import { SegmentSelect } from "../segments/SegmentSelect.tsx";
import { WHO, type ProgramDraft, type WhoKind } from "./program-draft.ts";
import "./referrals.css";

const DAYS_MAX = 3_660;

type Props = {
  readonly draft: ProgramDraft;
  readonly onChange: (draft: ProgramDraft) => void;
  /** What stands below: faults and buttons. */
  readonly foot?: ReactNode;
};

/** Puts a program together: where its links lead, who may invite, who can be bound, and what counts as a conversion. */
export function ProgramEditor({ draft, onChange, foot }: Props) {
  const text = useText();
  const edit = (change: Partial<ProgramDraft>) => onChange({ ...draft, ...change });
  return (
    <Panel className="referral-form">
      <Form layout="vertical" component="div">
        <Field label={text("referrals.name")} required>
          <Input
            aria-label={text("referrals.name")}
            maxLength={80}
            value={draft.name}
            onChange={({ target }) => edit({ name: target.value })}
          />
        </Field>
        <Field label={text("referrals.landing")} note={text("referrals.landingNote")} required>
          <Input aria-label={text("referrals.landing")} value={draft.landing} onChange={({ target }) => edit({ landing: target.value })} />
        </Field>
        <Field label={text("referrals.parameter")} note={text("referrals.parameterNote", { parameter: draft.parameter })}>
          <Input
            aria-label={text("referrals.parameter")}
            maxLength={32}
            value={draft.parameter}
            onChange={({ target }) => edit({ parameter: target.value })}
          />
        </Field>
        <Field label={text("referrals.who")} note={text(`referrals.whoNote.${draft.who}`)}>
          <div className="stack">
            <Segmented<WhoKind>
              aria-label={text("referrals.who")}
              value={draft.who}
              onChange={(who) => edit({ who })}
              options={WHO.map((one) => ({ value: one, label: text(`referrals.who.${one}`) }))}
            />
            {draft.who === "segment" ? (
              <SegmentSelect
                label={text("nav.segments")}
                value={draft.segment === "" ? [] : [draft.segment]}
                onChange={([segment = ""]) => edit({ segment })}
                max={1}
              />
            ) : null}
          </div>
        </Field>
        <Field label={text("referrals.newOnly")} note={text("referrals.newOnlyNote")}>
          <div className="row-wrap">
            <Switch
              aria-label={text("referrals.newOnly")}
              checked={draft.newPeopleOnly}
              onChange={(newPeopleOnly) => edit({ newPeopleOnly })}
            />
            {draft.newPeopleOnly ? (
              <Days
                label={text("referrals.bindWithin")}
                value={draft.bindWithinDays}
                onChange={(bindWithinDays) => edit({ bindWithinDays })}
              />
            ) : null}
          </div>
        </Field>
        <Field label={text("referrals.conversion")} required>
          <div className="stack">
            <div className="row-wrap">
              <EventPicker
                className="referral-event"
                any={false}
                label={text("referrals.conversion")}
                value={draft.event}
                onChange={(event) => edit({ event: event ?? "", where: undefined })}
              />
              <Days
                label={text("referrals.convertWithin")}
                value={draft.convertWithinDays}
                onChange={(convertWithinDays) => edit({ convertWithinDays })}
              />
            </div>
            <ConditionField
              title={text("referrals.where")}
              condition={draft.where}
              ground={{ events: [draft.event], kinds: EVENT_FIELDS, period: { last: 30, unit: "day" } }}
              onChange={(where) => edit({ where })}
            />
          </div>
        </Field>
        <Field label={text("referrals.creditDepth")} note={text("referrals.creditDepthNote")}>
          <InputNumber<number>
            aria-label={text("referrals.creditDepth")}
            min={1}
            max={CREDIT_DEPTH_MAX}
            precision={0}
            value={draft.creditDepth}
            onChange={(creditDepth) => edit({ creditDepth })}
          />
        </Field>
        <Field label={text("referrals.bindBy")} note={text("referrals.bindByNote")}>
          <div className="row-wrap">
            <Input
              aria-label={text("referrals.bindEvent")}
              prefix={<span className="muted">{text("insight.event")}</span>}
              value={draft.bindEvent}
              onChange={({ target }) => edit({ bindEvent: target.value })}
            />
            <Input
              aria-label={text("referrals.bindProperty")}
              prefix={<span className="muted">{text("events.property")}</span>}
              value={draft.bindProperty}
              onChange={({ target }) => edit({ bindProperty: target.value })}
            />
          </div>
        </Field>
      </Form>
      {foot}
    </Panel>
  );
}

type FieldProps = { readonly label: string; readonly note?: string; readonly required?: boolean; readonly children: ReactNode };

function Field({ label, note, required = false, children }: FieldProps) {
  return (
    <Form.Item label={label} required={required} {...(note === undefined ? {} : { extra: note })}>
      {children}
    </Form.Item>
  );
}

type DaysProps = { readonly label: string; readonly value: number | null; readonly onChange: (days: number | null) => void };

function Days({ label, value, onChange }: DaysProps) {
  return (
    <label className="referral-days">
      {label}
      <InputNumber<number> aria-label={label} min={1} max={DAYS_MAX} precision={0} value={value} onChange={onChange} />
    </label>
  );
}
