import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { tryFlag, type FlagView } from "@terrace/contract/api/flags";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { useChange } from "../../app/api/use-call.ts";
import { textOr, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { attributesOf, type ConditionLine } from "./condition-lines.ts";
import { valueText } from "./flag-parts.ts";
import "./flags.css";
import { OperandInput, TypeSelect } from "./rule/ConditionEditor.tsx";
import { useEnvironments } from "./use-environments.ts";

const PRODUCTION = "production";
type Line = ConditionLine;
const NEW_LINE: Line = { attribute: "", operator: "is", type: "text", values: [""] };

/** What the flag gives for some attributes, and why. */
export function TryTab({ flag }: { readonly flag: FlagView }) {
  const text = useText();
  const params = { ...useWorkspaceParams(), flag: flag.key };
  const { environments } = useEnvironments();
  const [environment, setEnvironment] = useState(PRODUCTION);
  const [id, setId] = useState("");
  const [lines, setLines] = useState<readonly Line[]>([]);
  const ask = useChange(tryFlag);
  const attributes = attributesOf(lines);
  const submit = () => {
    if (attributes !== undefined)
      ask.mutate({ params, body: { environment, attributes: { ...(id === "" ? {} : { id }), ...attributes } } });
  };
  return (
    <div className="stack">
      <Panel title={text("flags.tab.try")}>
        <p className="small muted">{text("flags.tryNote")}</p>
        <Form className="flag-fields" layout="vertical" component="div">
          <Form.Item label={text("flags.environment")}>
            <Select
              aria-label={text("flags.environment")}
              value={environment}
              onChange={setEnvironment}
              options={environments.map(({ key, name }) => ({ value: key, label: name }))}
            />
          </Form.Item>
          <Form.Item label={text("flags.tryId")}>
            <Input className="mono" aria-label={text("flags.tryId")} value={id} onChange={({ target }) => setId(target.value)} />
          </Form.Item>
          <Form.Item label={text("flags.tryAttributes")}>
            <Attributes lines={lines} onChange={setLines} />
          </Form.Item>
          <Button type="primary" disabled={attributes === undefined} loading={ask.isPending} onClick={submit}>
            {text("flags.tryDo")}
          </Button>
        </Form>
      </Panel>
      {ask.error === null ? null : <FaultAlert error={ask.error} />}
      {ask.data === undefined ? null : <Result got={ask.data} />}
    </div>
  );
}

function Attributes({ lines, onChange }: { readonly lines: readonly Line[]; readonly onChange: (lines: readonly Line[]) => void }) {
  const text = useText();
  const change = (at: number, next: Partial<Line>) => onChange(lines.map((line, index) => (index === at ? { ...line, ...next } : line)));
  return (
    <>
      {lines.map((line, at) => (
        <div key={at} className="flag-line">
          <Input
            className="mono"
            aria-label={text("flags.attribute", { n: at + 1 })}
            value={line.attribute}
            onChange={({ target }) => change(at, { attribute: target.value })}
          />
          <TypeSelect type={line.type} n={at + 1} onChange={(type) => change(at, { type })} />
          <OperandInput
            label={text("flags.operand", { n: at + 1 })}
            type={line.type}
            many={false}
            values={line.values}
            onChange={(values) => change(at, { values })}
          />
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={text("flags.dropLine", { n: at + 1 })}
            onClick={() => onChange(lines.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => onChange([...lines, NEW_LINE])}>
        {text("flags.addLine")}
      </Button>
    </>
  );
}

function Result({ got }: { readonly got: CallAnswer<typeof tryFlag> }) {
  const text = useText();
  const { experiment } = got;
  return (
    <Panel title={text("flags.tried")} label={text("flags.tried")} flush>
      <FactRows
        rows={[
          [text("flags.value"), valueText(got.value)],
          [text("flags.why"), textOr(`flags.triedReason.${got.reason}`, got.reason)],
          ...(got.rule === null ? [] : [[text("flags.triedRule"), got.rule] as const]),
          ...(experiment === null
            ? []
            : [[text("flags.triedArm"), text("flags.triedArmOf", { arm: experiment.arm, experiment: experiment.key })] as const]),
        ]}
      />
    </Panel>
  );
}
