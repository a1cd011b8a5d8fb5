import { outsOf } from "@terrace/domain/journeys/journey-definition";
import { Button, Input, Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { Panel } from "../../../ui/Panel.tsx";
import { useNodeWords } from "../use-node-words.ts";
import { AddNode, type Added } from "./AddNode.tsx";
import { BranchForm, EventsForm, SplitForm } from "./ArmForms.tsx";
import type { Definition, DraftNode, Way } from "./draft-edits.ts";
import { EmitForm, TagForm, TaskForm, TraitForm, WebhookForm } from "./EffectForms.tsx";
import { Field } from "./fields.tsx";
import { MessageForm } from "./MessageForm.tsx";
import { NODE_ICONS } from "./node-icons.tsx";
import { useTitleOf } from "./use-flow.ts";
import { WaitForm } from "./WaitForm.tsx";

type Props = {
  readonly definition: Definition;
  readonly node: DraftNode;
  readonly copied: string | undefined;
  readonly onChange: (node: DraftNode, of?: string) => void;
  readonly onLead: (way: Way, to: string | undefined) => void;
  readonly onAdd: (way: Way, added: Added) => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
};

/** What a node does and where its ways out lead. */
export function NodePanel(props: Props) {
  const { definition, node, onChange, onCopy, onRemove } = props;
  const text = useText();
  return (
    <Panel
      title={
        <>
          {NODE_ICONS[node.kind]} {text(`journeys.draw.kind.${node.kind}`)}
        </>
      }
      extra={
        <>
          <Button size="small" type="text" onClick={onCopy}>
            {text("journeys.draw.copy")}
          </Button>
          <Button size="small" type="text" danger onClick={onRemove}>
            {text("journeys.draw.remove")}
          </Button>
        </>
      }
    >
      <Field name={text("journeys.name")}>
        <Input
          aria-label={text("journeys.draw.nodeName")}
          maxLength={80}
          value={node.name}
          onChange={({ target }) => onChange({ ...node, name: target.value }, "node name")}
        />
      </Field>
      <NodeForm key={node.id} definition={definition} node={node} onChange={onChange} />
      <WayFields {...props} />
    </Panel>
  );
}

function NodeForm({ definition, node, onChange }: Pick<Props, "definition" | "node" | "onChange">) {
  switch (node.kind) {
    case "message":
      return <MessageForm node={node} onChange={onChange} />;
    case "wait":
      return <WaitForm node={node} onChange={onChange} />;
    case "events":
      return <EventsForm node={node} onChange={onChange} />;
    case "branch":
      return <BranchForm node={node} onChange={onChange} entry={definition.entry} />;
    case "split":
      return <SplitForm node={node} onChange={onChange} />;
    case "trait":
      return <TraitForm node={node} onChange={onChange} />;
    case "tag":
      return <TagForm node={node} onChange={onChange} />;
    case "emit":
      return <EmitForm node={node} onChange={onChange} />;
    case "webhook":
      return <WebhookForm node={node} onChange={onChange} />;
    case "task":
      return <TaskForm node={node} onChange={onChange} />;
    default:
      return <NodeHint kind={node.kind} />;
  }
}

function NodeHint({ kind }: { readonly kind: "jump" | "goal" | "exit" }) {
  const text = useText();
  return <p className="muted small">{text(`journeys.draw.hint.${kind}`)}</p>;
}

/** Where each way out leads; one that leads nowhere yet can be given a node. */
function WayFields({ definition, node, copied, onLead, onAdd }: Props) {
  const text = useText();
  const words = useNodeWords();
  const titleOf = useTitleOf(definition);
  return outsOf(node).map((out) => {
    const name = text("journeys.draw.leads", { out: words.out(node, out) });
    const to = node.outs[out];
    return (
      <Field key={out} name={name}>
        <div className="draw-pair">
          <Select<string>
            aria-label={name}
            allowClear
            placeholder={text("journeys.draw.nowhere")}
            showSearch={{ optionFilterProp: "label" }}
            {...(to === undefined ? {} : { value: to })}
            onChange={(next: string | undefined) => onLead({ from: node.id, out }, next)}
            options={definition.nodes.map(({ id }) => ({ value: id, label: titleOf(id) }))}
          />
          <AddNode
            label={text("journeys.draw.addAt", { out: words.out(node, out) })}
            copied={copied}
            onAdd={(added) => onAdd({ from: node.id, out }, added)}
          />
        </div>
      </Field>
    );
  });
}
