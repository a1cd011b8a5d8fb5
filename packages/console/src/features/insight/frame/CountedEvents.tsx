import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { useEventNames } from "../../events/use-event-names.ts";
import type { SelectorDraft } from "./SelectorRow.tsx";
import { NumberSetting } from "./settings.tsx";

/** How long nothing happens before a session is over, in seconds, where a question does not say. */
const USUAL_GAP_SECONDS = 1800;

type EventsProps = {
  readonly events: readonly SelectorDraft[] | undefined;
  readonly onChange: (events: { event: string }[] | undefined) => void;
};

/** Which events make up the sessions; none chosen means all. */
export function CountedEvents({ events = [], onChange }: EventsProps) {
  const text = useText();
  const { definitions, nameOf } = useEventNames();
  return (
    <BuilderSection title={text("insight.paths.events")}>
      <Select<string[]>
        mode="multiple"
        className="field-picker"
        aria-label={text("insight.paths.events")}
        placeholder={text("insight.anyEvent")}
        value={events.flatMap(({ event }) => event ?? [])}
        onChange={(names) => onChange(names.length === 0 ? undefined : names.map((event) => ({ event })))}
        options={definitions.filter(({ status }) => status === "active").map(({ name }) => ({ value: name, label: nameOf(name) }))}
      />
    </BuilderSection>
  );
}

type GapProps = { readonly seconds: number | undefined; readonly onChange: (seconds: number) => void };

/** After how many minutes without an event a session is over. */
export function SessionGap({ seconds = USUAL_GAP_SECONDS, onChange }: GapProps) {
  const text = useText();
  return (
    <NumberSetting
      name={text("insight.sessionGap")}
      min={1}
      max={1440}
      value={Math.round(seconds / 60)}
      onChange={(minutes) => onChange(minutes === null ? USUAL_GAP_SECONDS : minutes * 60)}
    />
  );
}
