import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined } from "@ant-design/icons";
import { listPyramidOwners } from "@terrace/contract/api/pyramids";
import { BADGE_TONES, PROMOTIONS } from "@terrace/domain/pyramids/pyramid";
import { Button, Checkbox, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useCall } from "../../../app/api/use-call.ts";
import { useText, useWords } from "../../../app/i18n.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { ToneBadge } from "../../../ui/ToneBadge.tsx";
import { RuleEditor } from "../../segments/rule/RuleEditor.tsx";
import { BothInput } from "../../verification/BothInput.tsx";
import { gapOf, moved, withChanged, withoutLayer, type LayerDraft, type PyramidDraft } from "./pyramid-draft.ts";

type Props = {
  readonly draft: PyramidDraft;
  readonly layer: LayerDraft;
  readonly at: number;
  readonly open: boolean;
  readonly onOpen: () => void;
  readonly onChange: (draft: PyramidDraft) => void;
};
type Edit = (change: Partial<Omit<LayerDraft, "id">>) => void;

/** One layer: its place among the others, and all of it while it is open. */
export function LayerEditor({ draft, layer, at, open, onOpen, onChange }: Props) {
  const text = useText();
  const words = useWords();
  const edit: Edit = (change) => onChange(withChanged(draft, layer.id, change));
  const gap = gapOf(draft, layer);
  const name = words(layer.name) === "" ? layer.key : words(layer.name);
  return (
    <li>
      <div className="layer-head">
        <span className="class-value-number">{at + 1}</span>
        <b>{name}</b>
        <ToneBadge badge={layer.badge} />
        <span className="grow" />
        <Button
          type="text"
          icon={<ArrowUpOutlined />}
          aria-label={text("pyramids.up", { name })}
          disabled={at === 0}
          onClick={() => onChange(moved(draft, at, -1))}
        />
        <Button
          type="text"
          icon={<ArrowDownOutlined />}
          aria-label={text("pyramids.down", { name })}
          disabled={at === draft.layers.length - 1}
          onClick={() => onChange(moved(draft, at, 1))}
        />
        <Button
          type="text"
          icon={<CloseOutlined />}
          aria-label={text("pyramids.takeOut", { name })}
          disabled={draft.layers.length <= 2}
          onClick={() => onChange(withoutLayer(draft, layer.id))}
        />
        <Button size="small" aria-expanded={open} aria-label={text("pyramids.changeLayer", { name })} onClick={onOpen}>
          {text(open ? "pyramids.closeLayer" : "common.edit")}
        </Button>
      </div>
      {gap === undefined ? null : <p className="small class-gap">{text(`pyramids.gap.${gap}`)}</p>}
      {open ? (
        <Form layout="vertical" component="div" className="layer-body">
          <Looks layer={layer} edit={edit} />
          <Rule layer={layer} edit={edit} isLast={at === draft.layers.length - 1} />
          <Demotion layer={layer} edit={edit} counts={draft.counts} />
          <Care layer={layer} edit={edit} />
        </Form>
      ) : null}
    </li>
  );
}

type PartProps = { readonly layer: LayerDraft; readonly edit: Edit };

function Looks({ layer, edit }: PartProps) {
  const text = useText();
  const { badge } = layer;
  return (
    <>
      <BothInput label={text("pyramids.layerName")} max={40} value={layer.name} onChange={(name) => edit({ name })} />
      <Form.Item label={text("pyramids.layerKey")} extra={text("pyramids.layerKeyNote")}>
        <Input
          className="mono"
          aria-label={text("pyramids.layerKey")}
          maxLength={40}
          value={layer.key}
          onChange={({ target }) => edit({ key: target.value })}
        />
      </Form.Item>
      <BothInput
        label={text("verification.badge")}
        max={20}
        value={badge.label}
        onChange={(label) => edit({ badge: { ...badge, label } })}
      />
      <Form.Item label={text("verification.tone")}>
        <Select
          className="class-choice"
          aria-label={text("verification.tone")}
          value={badge.tone}
          onChange={(tone) => edit({ badge: { ...badge, tone } })}
          options={BADGE_TONES.map((tone) => ({ value: tone, label: text(`tone.${tone}`) }))}
        />
      </Form.Item>
    </>
  );
}

function Rule({ layer, edit, isLast }: PartProps & { readonly isLast: boolean }) {
  const text = useText();
  return (
    <Form.Item label={text("pyramids.whoIsIn")}>
      <div className="stack">
        <Checkbox checked={!layer.byRule} onChange={({ target }) => edit({ byRule: !target.checked })}>
          {text(isLast ? "pyramids.everyoneElse" : "pyramids.byAppointment")}
        </Checkbox>
        {layer.byRule ? (
          <>
            <RuleEditor rule={layer.rule} onChange={(rule) => edit({ rule })} />
            <Segmented
              className="pyramid-segmented"
              aria-label={text("pyramids.promotion")}
              value={layer.promotion}
              onChange={(promotion) => edit({ promotion })}
              options={PROMOTIONS.map((one) => ({ value: one, label: text(`pyramids.promotion.${one}`) }))}
            />
          </>
        ) : null}
      </div>
    </Form.Item>
  );
}

function Demotion({ layer, edit, counts }: PartProps & { readonly counts: boolean }) {
  const text = useText();
  const { minimum } = layer;
  const number = (label: string, value: number | null, most: number, onChange: (value: number | null) => void) => (
    <InputNumber<number>
      aria-label={label}
      prefix={<small className="muted">{label}</small>}
      min={0}
      max={most}
      value={value}
      onChange={onChange}
    />
  );
  return (
    <Form.Item label={text("pyramids.demotion")}>
      <div className="stack">
        {layer.byRule ? (
          <div className="row-wrap">
            <Checkbox checked={layer.lapses} onChange={({ target }) => edit({ lapses: target.checked })}>
              {text("pyramids.lapses")}
            </Checkbox>
            {layer.lapses ? number(text("pyramids.graceDays"), layer.lapseDays, 366, (lapseDays) => edit({ lapseDays })) : null}
          </div>
        ) : null}
        <div className="row-wrap">
          <Checkbox disabled={!counts} checked={counts && layer.hasMinimum} onChange={({ target }) => edit({ hasMinimum: target.checked })}>
            {text("pyramids.minimum")}
          </Checkbox>
          {counts && layer.hasMinimum ? (
            <>
              {number(text("pyramids.atLeast"), minimum.atLeast, 1e12, (atLeast) => edit({ minimum: { ...minimum, atLeast } }))}
              {number(text("pyramids.months"), minimum.months, 12, (months) => edit({ minimum: { ...minimum, months } }))}
              {number(text("pyramids.graceDays"), minimum.graceDays, 27, (graceDays) => edit({ minimum: { ...minimum, graceDays } }))}
            </>
          ) : null}
        </div>
      </div>
    </Form.Item>
  );
}

function Care({ layer, edit }: PartProps) {
  const text = useText();
  const owners = useCall(listPyramidOwners, { params: useWorkspaceParams() });
  return (
    <>
      <Form.Item label={text("pyramids.role")}>
        <Input
          aria-label={text("pyramids.role")}
          maxLength={500}
          value={layer.role}
          onChange={({ target }) => edit({ role: target.value })}
        />
      </Form.Item>
      <Form.Item label={text("pyramids.playbook")}>
        <Input.TextArea
          aria-label={text("pyramids.playbook")}
          rows={4}
          maxLength={10_000}
          value={layer.playbook}
          onChange={({ target }) => edit({ playbook: target.value })}
        />
      </Form.Item>
      <Form.Item label={text("pyramids.benefits")} extra={text("pyramids.onePerLine")}>
        <Input.TextArea
          aria-label={text("pyramids.benefits")}
          rows={3}
          value={layer.benefits}
          onChange={({ target }) => edit({ benefits: target.value })}
        />
      </Form.Item>
      <Form.Item label={text("pyramids.owners")}>
        <Select<string[]>
          mode="multiple"
          aria-label={text("pyramids.owners")}
          value={[...layer.owners]}
          onChange={(chosen) => edit({ owners: chosen })}
          options={(owners.data?.items ?? []).map(({ operatorId, name }) => ({ value: operatorId, label: name }))}
        />
      </Form.Item>
    </>
  );
}
