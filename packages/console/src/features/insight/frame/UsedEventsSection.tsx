import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { Button } from "antd";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { useEventNames } from "../../events/use-event-names.ts";
import { eventWords } from "../use-ground.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { SelectorRow, type SelectorDraft } from "./SelectorRow.tsx";

type Props = {
  readonly title: string;
  /** The event that the question names. */
  readonly named: SelectorDraft | undefined;
  /** What the last answer stands on where its question named none; undefined while that is not known. */
  readonly used: readonly SelectorDraft[] | undefined;
  readonly period: AskedPeriod;
  readonly onChange: (selector: SelectorDraft | undefined) => void;
};

/** Which event counts as an order, a refund, a registration: the one named, else what counts as such in the workspace. */
export function UsedEventsSection({ title, named, used = [], period, onChange }: Props) {
  const text = useText();
  const { nameOf } = useEventNames();
  const [only] = used;
  const shown = named ?? (used.length === 1 ? only : undefined);
  return (
    <BuilderSection title={title}>
      {shown === undefined ? (
        <p className="used-events">{used.map(({ event }) => eventWords(event, { text, nameOf })).join(" / ")}</p>
      ) : (
        <SelectorRow any={shown.event === null} selector={shown} period={period} label={title} onChange={onChange} />
      )}
      <BusinessEventsNote
        named={named !== undefined}
        onReset={() => onChange(undefined)}
        {...(shown === undefined && only !== undefined ? { onChoose: () => onChange(only) } : {})}
      />
    </BuilderSection>
  );
}

type NoteProps = { readonly named: boolean; readonly onReset: () => void; readonly onChoose?: () => void };

/** Says that the workspace's business events are counted, or leads back to them. */
export function BusinessEventsNote({ named, onReset, onChoose }: NoteProps) {
  const text = useText();
  const link = useLink();
  if (named)
    return (
      <Button type="link" size="small" className="used-events-note" onClick={onReset}>
        {text("insight.used.reset")}
      </Button>
    );
  return (
    <p className="used-events-note small muted">
      <Link to={link("insight/metrics/business-events")}>{text("insight.used.business")}</Link>
      {onChoose === undefined ? null : (
        <Button type="link" size="small" onClick={onChoose}>
          {text("insight.used.choose")}
        </Button>
      )}
    </p>
  );
}

/** The names of the events that count, for the fields that can be asked of them. */
export function usedEvents(named: SelectorDraft | undefined, used: readonly SelectorDraft[] | undefined): readonly (string | null)[] {
  const events = (named === undefined ? (used ?? []) : [named]).map(({ event }) => event);
  return events.length === 0 ? [null] : events;
}
