import type { Within } from "@terrace/domain/conditions/condition";
import { Input, InputNumber, Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { dayAfter, lastDayOf, newWithin, withDate, withinKindOf, WITHIN_KINDS, type WithinKind } from "./did-draft.ts";

type Props = {
  readonly within: Within | undefined;
  /** Whether "ever" can be chosen. */
  readonly ever: boolean;
  readonly onChange: (within: Within | undefined) => void;
};

const DAYS_MAX = 3_660;
const HOURS_MAX = 8_784;

/** When something was done, seen from now, or between dates. */
export function WithinEditor({ within, ever, onChange }: Props) {
  const text = useText();
  const kind = withinKindOf(within);
  const today = useFormat().day(Date.now());
  const offered = WITHIN_KINDS.filter((each) => ever || each !== "ever");
  return (
    <div className="leaf">
      <Select<WithinKind>
        className="op-picker"
        aria-label={text("insight.when")}
        value={kind}
        onChange={(next) => onChange(newWithin(next, today))}
        options={offered.map((one) => ({ value: one, label: text(`insight.within.${one}`) }))}
      />
      {within === undefined ? null : "from" in within ? (
        <Dates within={within} onChange={onChange} />
      ) : (
        <Numbers within={within} onChange={onChange} />
      )}
    </div>
  );
}

/** The first day and the last: a time ends before the day after. */
function Dates({
  within,
  onChange,
}: {
  readonly within: Extract<Within, { readonly from: string }>;
  readonly onChange: (within: Within) => void;
}) {
  const text = useText();
  return (
    <span className="between-input">
      <Input
        type="date"
        aria-label={text("insight.within.from")}
        value={within.from}
        onChange={({ target }) => target.value === "" || onChange(withDate(within, "from", target.value))}
      />
      <Input
        type="date"
        aria-label={text("insight.within.to")}
        value={lastDayOf(within)}
        onChange={({ target }) => target.value === "" || onChange(withDate(within, "to", dayAfter(target.value, 1)))}
      />
    </span>
  );
}

function Numbers({
  within,
  onChange,
}: {
  readonly within: Exclude<Within, { readonly from: string }>;
  readonly onChange: (within: Within) => void;
}) {
  const text = useText();
  if ("days" in within)
    return (
      <InputNumber<number>
        aria-label={text("insight.within.days")}
        min={1}
        max={DAYS_MAX}
        precision={0}
        value={within.days}
        suffix={text("insight.daysUnit")}
        onChange={(days) => days === null || onChange({ days })}
      />
    );
  if ("hours" in within)
    return (
      <InputNumber<number>
        aria-label={text("insight.within.hours")}
        min={1}
        max={HOURS_MAX}
        precision={0}
        value={within.hours}
        suffix={text("insight.hoursUnit")}
        onChange={(hours) => hours === null || onChange({ hours })}
      />
    );
  const [near, far] = within.daysAgo;
  return (
    <span className="between-input">
      <InputNumber<number>
        aria-label={text("insight.within.nearer")}
        min={0}
        max={far}
        precision={0}
        value={near}
        onChange={(next) => next === null || onChange({ daysAgo: [Math.min(next, far), far] })}
      />
      <InputNumber<number>
        aria-label={text("insight.within.farther")}
        min={near}
        max={DAYS_MAX}
        precision={0}
        value={far}
        suffix={text("insight.daysUnit")}
        onChange={(next) => next === null || onChange({ daysAgo: [near, Math.max(next, near)] })}
      />
    </span>
  );
}
