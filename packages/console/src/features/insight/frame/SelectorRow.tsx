import { CloseOutlined, FilterOutlined, MoreOutlined } from "@ant-design/icons";
import { selectorSchema } from "@terrace/contract/api/insight-parts";
import type { Condition } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button, Dropdown, Tooltip } from "antd";
import type { MenuProps } from "antd";
import type { ReactNode } from "react";
import { useState } from "react";
import { useText } from "../../../app/i18n.ts";
import { EVENT_AND_PERSON_FIELDS } from "../../conditions/condition-ground.ts";
import { ConditionDrawer } from "../../conditions/ConditionDrawer.tsx";
import { ConditionChip } from "../../conditions/ConditionField.tsx";
import { EventPicker } from "../../conditions/EventPicker.tsx";

/** Which events: by name (null: any), narrowed by a condition. */
export type SelectorDraft = { readonly event: string | null; readonly where?: Condition | undefined };

/** Whether the routes take a condition with an event. */
const TAKES_CONDITIONS = Object.hasOwn(selectorSchema.shape, "where");

type Props = {
  /** A number or a letter before the event. */
  readonly mark?: string;
  readonly selector: SelectorDraft;
  readonly period: AskedPeriod;
  readonly onChange: (selector: SelectorDraft) => void;
  readonly onRemove?: (() => void) | undefined;
  /** What else can be done with this line, behind a menu in place of the cross. */
  readonly menu?: NonNullable<MenuProps["items"]>;
  readonly any?: boolean;
  readonly label?: string;
  /** More about this line, below it. */
  readonly children?: ReactNode;
};

/** One event of the builder with its own condition. */
export function SelectorRow({ mark, selector, period, onChange, onRemove, menu, any = true, label, children }: Props) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const where = (condition: Condition | undefined) =>
    onChange({ event: selector.event, ...(condition === undefined ? {} : { where: condition }) });
  return (
    <div className="selector">
      <div className="selector-row">
        {mark === undefined ? null : <span className="selector-mark">{mark}</span>}
        <EventPicker
          className="selector-event"
          value={selector.event}
          any={any}
          {...(label === undefined ? {} : { label })}
          onChange={(event) => onChange({ event })}
        />
        {TAKES_CONDITIONS ? (
          <Tooltip title={text("insight.narrowEvent")}>
            <Button
              type="text"
              size="small"
              aria-label={text("insight.narrowEvent")}
              icon={<FilterOutlined />}
              onClick={() => setOpen(true)}
            />
          </Tooltip>
        ) : null}
        {menu === undefined ? null : (
          <Dropdown trigger={["click"]} menu={{ items: menu }}>
            <Button type="text" size="small" aria-label={text("common.more")} icon={<MoreOutlined />} />
          </Dropdown>
        )}
        {onRemove === undefined || menu !== undefined ? null : (
          <Button type="text" size="small" aria-label={text("common.remove")} icon={<CloseOutlined />} onClick={onRemove} />
        )}
      </div>
      {selector.where === undefined ? null : (
        <ConditionChip condition={selector.where} onOpen={() => setOpen(true)} onRemove={() => where(undefined)} />
      )}
      {children}
      {open ? (
        <ConditionDrawer
          title={text("insight.narrowEvent")}
          condition={selector.where}
          ground={{ events: [selector.event], kinds: EVENT_AND_PERSON_FIELDS, period }}
          onSave={where}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}
