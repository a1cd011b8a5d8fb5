import { HELD_BACK, type HeldBack } from "@terrace/domain/governor/rules";
import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { Form, Input, Segmented, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { PurposeSelect } from "./PurposeSelect.tsx";
import type { Scope } from "./rule-parts.ts";

export type ScopeFields = {
  readonly channel?: MessageChannel | undefined;
  readonly tag?: string | undefined;
  readonly purpose?: string | undefined;
  readonly action: HeldBack;
};

/** What a form begins with for a rule's scope. */
export function scopeFields({ channel, tag, purpose }: Scope): Omit<ScopeFields, "action"> {
  return { channel: channel ?? undefined, tag: tag ?? undefined, purpose: purpose ?? undefined };
}

/** The scope that a form gives; what is empty means any. */
export function scopeOf({ channel, tag = "", purpose }: ScopeFields): Scope {
  return { channel: channel ?? null, tag: tag.trim() === "" ? null : tag.trim(), purpose: purpose ?? null };
}

/** Which messages a rule is about, and what happens to what it holds back. */
export function ScopeItems() {
  const text = useText();
  return (
    <>
      <Form.Item name="channel" label={text("governor.channel")}>
        <Select
          allowClear
          placeholder={text("governor.anyChannel")}
          options={MESSAGE_CHANNELS.filter((one) => one !== "webhook").map((value) => ({
            value,
            label: text(`templates.channelOf.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="tag" label={text("governor.tag")}>
        <Input maxLength={30} placeholder={text("governor.anyTag")} allowClear />
      </Form.Item>
      <Form.Item name="purpose" label={text("governor.purpose")}>
        <PurposeSelect />
      </Form.Item>
      <Form.Item name="action" label={text("governor.heldBack")}>
        <Segmented options={HELD_BACK.map((value) => ({ value, label: text(`governor.action.${value}`) }))} />
      </Form.Item>
    </>
  );
}
