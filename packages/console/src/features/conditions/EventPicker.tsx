import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { optionFits } from "./option-fits.ts";

type Props = {
  readonly value: string | null;
  readonly onChange: (event: string | null) => void;
  /** Whether "any event" can be chosen. */
  readonly any?: boolean;
  readonly label?: string;
  readonly className?: string;
};

const ANY = "\u0000any";

/** Chooses an event by the name operators know it by; typing finds it by that name or by its own. */
export function EventPicker({ value, onChange, any = true, label, className }: Props) {
  const text = useText();
  const { definitions, nameOf } = useEventNames();
  const names = definitions.filter(({ status, name }) => status === "active" || name === value).map(({ name }) => name);
  // An event of an address or of a saved analysis that is not among the definitions is shown all the same.
  const listed = value === null || names.includes(value) ? names : [value, ...names];
  return (
    <Select<string>
      className={className ?? ""}
      aria-label={label ?? text("insight.event")}
      showSearch={{
        filterOption: optionFits,
      }}
      popupMatchSelectWidth={260}
      value={value ?? ANY}
      onChange={(next) => onChange(next === ANY ? null : next)}
      options={[
        ...(any ? [{ value: ANY, label: text("insight.anyEvent") }] : []),
        ...listed.map((name) => ({ value: name, label: nameOf(name) })),
      ]}
      optionRender={({ label: shown, value: name }) => (
        <span className="event-option">
          <span>{shown}</span>
          {name === ANY || shown === name ? null : <small className="muted mono">{name}</small>}
        </span>
      )}
    />
  );
}
