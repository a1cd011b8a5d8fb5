import { Input } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { localInstant } from "../../ui/format/local-instant.ts";
import type { Window } from "./flag-parts.ts";

/** A time of the workspace's zone; empty is none. */
export function TimeInput(props: { readonly label: string; readonly at: string | null; readonly onChange: (at: string | null) => void }) {
  const format = useFormat();
  return (
    <Input
      type="datetime-local"
      aria-label={props.label}
      title={format.timeZone}
      // Tables write a time of the workspace as such inputs do, but for the letter between.
      value={props.at === null ? "" : format.tableTime(props.at).replace(" ", "T")}
      onChange={({ target }) => props.onChange(localInstant(target.value, format.timeZone))}
    />
  );
}

/** From when and until when something is in force; an empty end is open. */
export function WindowInput({ window, onChange }: { readonly window: Window; readonly onChange: (window: Window) => void }) {
  const text = useText();
  return (
    <div className="flag-window">
      <span className="muted">{text("flags.window")}</span>
      <TimeInput label={text("flags.from")} at={window.from} onChange={(from) => onChange({ ...window, from })} />
      <span className="muted">–</span>
      <TimeInput label={text("flags.until")} at={window.until} onChange={(until) => onChange({ ...window, until })} />
    </div>
  );
}
