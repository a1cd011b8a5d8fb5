import { BLOCK_REASONS, DEFER_REASONS } from "@terrace/domain/governor/verdict";
import { MESSAGE_CHANNELS, type MessageChannel } from "@terrace/domain/messages/channel";
import { MESSAGE_STATES, type MessageState } from "@terrace/domain/messages/message";
import { Select, Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { reasonWords } from "../governor/governor-words.ts";
import { PersonPicker } from "../merges/PersonPicker.tsx";

const SOURCES = ["journey", "broadcast", "api", "test"] as const;
const REASONS: readonly string[] = [...new Set([...BLOCK_REASONS, ...DEFER_REASONS])];

export type Filters = {
  readonly person?: string;
  readonly channel?: MessageChannel;
  readonly state?: MessageState;
  readonly reason?: string;
  readonly template?: string;
  readonly source?: (typeof SOURCES)[number];
  readonly sourceId?: string;
};

/** The filters that stand in an address; what is none is left out. */
export function filtersIn(place: URLSearchParams): Filters {
  const text = (name: "person" | "template" | "sourceId" | "reason") => {
    const value = place.get(name) ?? "";
    return value === "" ? {} : { [name]: value };
  };
  const channel = MESSAGE_CHANNELS.find((one) => one === place.get("channel"));
  const state = MESSAGE_STATES.find((one) => one === place.get("state"));
  const source = SOURCES.find((one) => one === place.get("source"));
  return {
    ...text("person"),
    ...text("reason"),
    ...text("template"),
    ...text("sourceId"),
    ...(channel === undefined ? {} : { channel }),
    ...(state === undefined ? {} : { state }),
    ...(source === undefined ? {} : { source }),
  };
}

type Props = { readonly filters: Filters; readonly onChange: (filters: Filters) => void };

/** Narrows messages by person, channel, state, reason and source. */
export function MessageFilters({ filters, onChange }: Props) {
  const text = useText();
  const without = (name: keyof Filters) => Object.fromEntries(Object.entries(filters).filter(([key]) => key !== name));
  const set = (name: keyof Filters, value: string | undefined) =>
    onChange({ ...without(name), ...(value === undefined ? {} : { [name]: value }) });
  const select = (name: "channel" | "state" | "reason" | "source", label: string, options: readonly { value: string; label: string }[]) => (
    <Select
      className="message-filter"
      aria-label={label}
      placeholder={label}
      allowClear
      popupMatchSelectWidth={false}
      {...(filters[name] === undefined ? {} : { value: filters[name] })}
      onChange={(next: string | undefined) => set(name, next)}
      options={[...options]}
    />
  );
  return (
    <div className="filter-row">
      <PersonPicker value={filters.person ?? ""} onPick={(person) => set("person", person)} hint={text("governor.pickPerson")} />
      {select(
        "channel",
        text("governor.channel"),
        MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) })),
      )}
      {select(
        "state",
        text("messages.state"),
        MESSAGE_STATES.map((value) => ({ value, label: text(`messages.stateOf.${value}`) })),
      )}
      {select(
        "reason",
        text("governor.why"),
        REASONS.map((value) => ({ value, label: reasonWords(value) })),
      )}
      {select(
        "source",
        text("messages.source"),
        SOURCES.map((value) => ({ value, label: text(`messages.sourceOf.${value}`) })),
      )}
      {(["person", "template", "sourceId"] as const).map((name) =>
        filters[name] === undefined ? null : (
          <Tag key={name} closable onClose={() => onChange(without(name))}>
            {text(`messages.by.${name}`, { value: filters[name] })}
          </Tag>
        ),
      )}
    </div>
  );
}
