import { PlusOutlined } from "@ant-design/icons";
import { REVIEW_DAY_MAX } from "@terrace/contract/api/pyramids";
import { Button, Form, InputNumber } from "antd";
import { useState, type ReactNode } from "react";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { EstimatePanel } from "../../segments/estimate/EstimatePanel.tsx";
import { readDraft } from "../../segments/rule/rule-draft.ts";
import { BothInput } from "../../verification/BothInput.tsx";
import { ContributionEditor } from "./ContributionEditor.tsx";
import { LayerEditor } from "./LayerEditor.tsx";
import { hasRoom, withLayer, type PyramidDraft } from "./pyramid-draft.ts";
import "../../segments/segments.css";
import "../../classes/classes.css";
import "./editor.css";

type Props = {
  readonly draft: PyramidDraft;
  readonly onChange: (draft: PyramidDraft) => void;
  /** What stands above the name, such as the key of a pyramid that is made. */
  readonly head?: ReactNode;
  /** What stands below the layers: faults and buttons. */
  readonly foot: ReactNode;
};

/** Puts a pyramid together, from the top down; of the layer that is open the estimate says whom its rule holds. */
export function PyramidEditor({ draft, onChange, head, foot }: Props) {
  const text = useText();
  const [open, setOpen] = useState<number>();
  const shown = draft.layers.find(({ id }) => id === open);
  const read = readDraft(shown?.rule);
  const question = shown?.byRule === true && read.state === "ready" ? { rule: read.rule } : undefined;
  const add = () => {
    const next = withLayer(draft);
    onChange(next);
    setOpen(Math.max(...next.layers.map(({ id }) => id)));
  };
  return (
    <div className="segment-form">
      <div className="stack">
        <Panel title={text("pyramids.basics")}>
          <Form layout="vertical" component="div">
            {head}
            <BothInput label={text("pyramids.name")} max={40} value={draft.name} onChange={(name) => onChange({ ...draft, name })} />
            <Form.Item label={text("pyramids.reviewDay")} extra={text("pyramids.reviewDayNote")}>
              <InputNumber<number>
                aria-label={text("pyramids.reviewDay")}
                min={1}
                max={REVIEW_DAY_MAX}
                precision={0}
                value={draft.reviewDay}
                onChange={(reviewDay) => onChange({ ...draft, reviewDay })}
              />
            </Form.Item>
          </Form>
        </Panel>
        <ContributionEditor draft={draft} onChange={onChange} />
        <Panel title={text("pyramids.layers")}>
          <p className="small muted">{text("pyramids.orderNote")}</p>
          <ol className="class-values">
            {draft.layers.map((layer, at) => (
              <LayerEditor
                key={layer.id}
                draft={draft}
                layer={layer}
                at={at}
                open={layer.id === open}
                onOpen={() => setOpen(layer.id === open ? undefined : layer.id)}
                onChange={onChange}
              />
            ))}
          </ol>
          <Button icon={<PlusOutlined />} disabled={!hasRoom(draft)} onClick={add}>
            {text("pyramids.addLayer")}
          </Button>
          <div className="stack segment-list-acts">{foot}</div>
        </Panel>
      </div>
      <EstimatePanel question={question} waiting={text("pyramids.estimateWaits")} />
    </div>
  );
}
