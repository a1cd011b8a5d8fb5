import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, InputNumber, Switch } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import { useFieldOptions, type FieldKind } from "../../conditions/use-field-options.ts";
import { SelectorRow } from "../../insight/frame/SelectorRow.tsx";
import { useStartFacts } from "../../insight/frame/use-start-facts.ts";
import { BothInput } from "../../verification/BothInput.tsx";
import { withItem, type ItemDraft, type PyramidDraft } from "./pyramid-draft.ts";

const ITEMS_MAX = 10;
const PROPERTIES: readonly FieldKind[] = ["property"];
type Props = { readonly draft: PyramidDraft; readonly onChange: (draft: PyramidDraft) => void };

/** What people contribute: events, each with its weight. */
export function ContributionEditor({ draft, onChange }: Props) {
  const text = useText();
  const facts = useStartFacts();
  const [first = null] = facts?.events ?? [];
  const switchTo = (counts: boolean) => onChange({ ...(counts && draft.items.length === 0 ? withItem(draft, first) : draft), counts });
  return (
    <Panel
      title={text("pyramids.contribution")}
      extra={<Switch aria-label={text("pyramids.counts")} checked={draft.counts} onChange={switchTo} />}
    >
      <p className="small muted">{text("pyramids.contributionNote")}</p>
      {draft.counts ? (
        <Form layout="vertical" component="div">
          <BothInput label={text("pyramids.unit")} max={20} value={draft.unit} onChange={(unit) => onChange({ ...draft, unit })} />
          <ol className="pyramid-items">
            {draft.items.map((item) => (
              <ItemRow key={item.id} draft={draft} item={item} onChange={onChange} />
            ))}
          </ol>
          <Button icon={<PlusOutlined />} disabled={draft.items.length >= ITEMS_MAX} onClick={() => onChange(withItem(draft, first))}>
            {text("pyramids.addItem")}
          </Button>
        </Form>
      ) : null}
    </Panel>
  );
}

/** One event that counts, as often as it happens or by a number among its properties. */
function ItemRow({ draft, item, onChange }: Props & { readonly item: ItemDraft }) {
  const text = useText();
  const period = useStartFacts()?.period ?? { last: 30, unit: "day" as const };
  const options = useFieldOptions([item.event.event], PROPERTIES).filter(
    ({ type, personal }) => !personal && (type === "number" || type === "unknown"),
  );
  const edit = (change: Partial<ItemDraft>) =>
    onChange({ ...draft, items: draft.items.map((one) => (one.id === item.id ? { ...one, ...change } : one)) });
  return (
    <li>
      <SelectorRow
        selector={item.event}
        period={period}
        onChange={({ event, where }) =>
          edit({ event: { event, ...(where === undefined ? {} : { where }) }, ...(event === item.event.event ? {} : { property: null }) })
        }
        onRemove={() => onChange({ ...draft, items: draft.items.filter(({ id }) => id !== item.id) })}
      />
      <div className="row-wrap">
        <FieldPicker
          options={options}
          value={item.property === null ? undefined : { kind: "property", name: item.property }}
          allowClear
          placeholder={text("pyramids.eachCounts")}
          onChange={(field) => edit({ property: field?.name ?? null })}
        />
        <InputNumber<number> aria-label={text("pyramids.weight")} prefix="×" value={item.weight} onChange={(weight) => edit({ weight })} />
      </div>
    </li>
  );
}
