import type { Band, Condition, PopulationLeaf, RankedBy } from "@terrace/domain/conditions/condition";
import { countsFromZero, RANK_MAX } from "@terrace/domain/conditions/read-population";
import { Checkbox, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { SegmentSelect } from "../segments/SegmentSelect.tsx";
import { EventPicker } from "./EventPicker.tsx";
import { FieldPicker } from "./FieldPicker.tsx";
import {
  amountOf,
  BAND_KINDS,
  bandKindOf,
  newBand,
  RANKED_BY,
  rankedKindOf,
  rankedProperty,
  withBy,
  withRankedKind,
  withRankedProperty,
  withRankedTime,
  type BandKind,
  type RankedKind,
} from "./population-draft.ts";
import { useFieldOptions } from "./use-field-options.ts";
import { WithinEditor } from "./WithinEditor.tsx";

type Props = {
  readonly leaf: PopulationLeaf;
  readonly onChange: (leaf: Condition) => void;
  /** Which of the events count, where events are measured. */
  readonly children: ReactNode;
};

/** Where somebody stands among all people: by which number, in which part, and among whom. */
export function PopulationEditor({ leaf, onChange, children }: Props) {
  const { population: by } = leaf;
  const set = (next: RankedBy) => onChange(withBy(leaf, next));
  return (
    <div className="did">
      <Ranked leaf={leaf} onChange={onChange} />
      <Stands band={leaf.stands} onChange={(stands) => onChange({ ...leaf, stands })} />
      {"measure" in by ? <WithinEditor within={by.within} ever onChange={(within) => set(withRankedTime(by, within))} /> : null}
      <AmongWhom leaf={leaf} onChange={onChange} />
      {"did" in by ? <div className="did-where">{children}</div> : null}
    </div>
  );
}

function Ranked({ leaf, onChange }: Omit<Props, "children">) {
  const text = useText();
  const { population: by } = leaf;
  const set = (next: RankedBy) => onChange(withBy(leaf, next));
  const traits = useFieldOptions([null], ["trait"]);
  const properties = useFieldOptions(["did" in by ? by.did.event : null], ["property"]);
  const property = rankedProperty(by);
  return (
    <div className="leaf">
      <span className="leaf-word">{text("insight.population")}</span>
      <Select<RankedKind>
        className="op-picker"
        aria-label={text("insight.rankedBy")}
        popupMatchSelectWidth={false}
        value={rankedKindOf(by)}
        onChange={(kind) => onChange(withRankedKind(leaf, kind))}
        options={RANKED_BY.map((one) => ({ value: one, label: text(`insight.rankedBy.${one}`) }))}
      />
      {"trait" in by ? (
        <FieldPicker
          options={traits}
          value={{ kind: "trait", name: by.trait }}
          onChange={(field) => field === undefined || set({ trait: field.name })}
        />
      ) : (
        <EventPicker className="field-picker" value={by.did.event} onChange={(event) => set({ ...by, did: { event } })} />
      )}
      {property === undefined ? null : (
        <FieldPicker
          options={properties}
          value={{ kind: "property", name: property }}
          onChange={(field) => field === undefined || set(withRankedProperty(by, field.name))}
        />
      )}
    </div>
  );
}

function Stands({ band, onChange }: { readonly band: Band; readonly onChange: (band: Band) => void }) {
  const text = useText();
  const kind = bandKindOf(band);
  const isPeople = kind === "top.people" || kind === "bottom.people";
  const amount = amountOf(band);
  return (
    <div className="leaf">
      <Select<BandKind>
        className="op-picker"
        aria-label={text("insight.stands")}
        popupMatchSelectWidth={false}
        value={kind}
        onChange={(next) => onChange(newBand(next))}
        options={BAND_KINDS.map((one) => ({ value: one, label: text(`insight.stands.${one}`) }))}
      />
      {"quantiles" in band ? <Quantiles quantiles={band.quantiles} onChange={onChange} /> : null}
      {amount === undefined ? null : (
        <InputNumber<number>
          aria-label={text("insight.standsAmount")}
          {...(isPeople ? { min: 1, max: RANK_MAX, precision: 0 } : { min: PERCENT_STEP, max: 100, precision: 2 })}
          value={amount}
          suffix={isPeople ? text("insight.peopleUnit") : "%"}
          onChange={(next) => next === null || onChange(newBand(kind, next))}
        />
      )}
    </div>
  );
}

const PERCENT_STEP = 0.01;

function Quantiles({
  quantiles: [from, to],
  onChange,
}: {
  readonly quantiles: readonly [number, number];
  readonly onChange: (band: Band) => void;
}) {
  const text = useText();
  return (
    <span className="between-input">
      <InputNumber<number>
        aria-label={text("insight.fromPercent")}
        min={0}
        max={to - PERCENT_STEP}
        precision={2}
        value={from}
        suffix="%"
        onChange={(next) => next === null || next >= to || onChange({ quantiles: [next, to] })}
      />
      <InputNumber<number>
        aria-label={text("insight.toPercent")}
        min={from + PERCENT_STEP}
        max={100}
        precision={2}
        value={to}
        suffix="%"
        onChange={(next) => next === null || next <= from || onChange({ quantiles: [from, next] })}
      />
    </span>
  );
}

function AmongWhom({ leaf, onChange }: Omit<Props, "children">) {
  const text = useText();
  const { among, ...rest } = leaf;
  return (
    <div className="leaf">
      <span className="leaf-word">{text("insight.among")}</span>
      <SegmentSelect
        className="field-picker"
        label={text("insight.among")}
        max={1}
        everyone={text("insight.amongAll")}
        wordsOf={(name) => text("insight.amongSegment", { name })}
        value={among === undefined ? [] : [among.segment]}
        onChange={([segment]) => onChange(segment === undefined ? rest : { ...rest, among: { segment } })}
      />
      {among !== undefined && countsFromZero(leaf.population) ? (
        <Checkbox
          checked={among.zero === true}
          onChange={({ target }) =>
            onChange({ ...rest, among: { segment: among.segment, ...(target.checked ? { zero: true as const } : {}) } })
          }
        >
          {text("insight.amongZero")}
        </Checkbox>
      ) : null}
    </div>
  );
}
