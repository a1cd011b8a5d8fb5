import { getLayerUses, mergeLayers } from "@terrace/contract/api/pyramid-people";
import { Alert, App, Form, Modal, Segmented, Select } from "antd";
import { useState } from "react";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText, useWords } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { UsedBy } from "../segments/UsedBy.tsx";
import type { PyramidView } from "./answers.ts";
import { RULE_TOUCHES } from "./touches.ts";

const RULES = ["either", "kept"] as const;

/** Puts a layer into the one beside it, once it was said what that touches. */
export function MergeModal({ pyramid, onClose }: { readonly pyramid: PyramidView; readonly onClose: () => void }) {
  const text = useText();
  const words = useWords();
  const format = useFormat();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const { layers } = pyramid;
  const [fromKey, setFrom] = useState(layers.at(-2)?.key ?? "");
  const [intoKey, setInto] = useState<string>();
  const [rule, setRule] = useState<(typeof RULES)[number]>("either");
  const at = layers.findIndex(({ key }) => key === fromKey);
  const from = layers[at];
  const beside = [layers[at - 1], layers[at + 1]].filter((layer) => layer !== undefined);
  const into = beside.find(({ key }) => key === intoKey) ?? beside.at(-1);
  const uses = useCall(getLayerUses, { params: { ...params, layer: fromKey } });
  const merge = useChange(mergeLayers, RULE_TOUCHES);
  const isNamed = (uses.data?.items.length ?? 0) > 0;
  const submit = () => {
    if (into === undefined) return;
    merge.mutate(
      { params, body: { from: fromKey, into: into.key, rule } },
      {
        onSuccess: ({ moved }) => {
          void message.success(text("pyramids.merged", { count: moved, shown: format.count(moved) }));
          onClose();
        },
        onError: showFault,
      },
    );
  };
  return (
    <Modal
      open
      title={text("pyramids.merge")}
      okText={text("pyramids.mergeDo")}
      cancelText={text("common.cancel")}
      okButtonProps={{ danger: true, disabled: uses.data === undefined || isNamed || into === undefined }}
      confirmLoading={merge.isPending}
      onOk={submit}
      onCancel={onClose}
      width={480}
    >
      <Form layout="vertical" component="div">
        <Form.Item label={text("pyramids.mergeFrom")}>
          <Select<string>
            aria-label={text("pyramids.mergeFrom")}
            value={fromKey}
            onChange={setFrom}
            options={layers.map(({ key, name }) => ({ value: key, label: words(name) }))}
          />
        </Form.Item>
        <Form.Item label={text("pyramids.mergeInto")}>
          <Select<string>
            aria-label={text("pyramids.mergeInto")}
            {...(into === undefined ? {} : { value: into.key })}
            onChange={setInto}
            options={beside.map(({ key, name }) => ({ value: key, label: words(name) }))}
          />
        </Form.Item>
        <Form.Item label={text("pyramids.mergeRule")} extra={text(`pyramids.mergeRuleNote.${rule}`)}>
          <Segmented
            aria-label={text("pyramids.mergeRule")}
            value={rule}
            onChange={setRule}
            options={RULES.map((one) => ({ value: one, label: text(`pyramids.mergeRule.${one}`) }))}
          />
        </Form.Item>
      </Form>
      {from === undefined ? null : (
        <p>
          {text("pyramids.mergeTouches", { count: from.people, shown: format.count(from.people), appointed: format.count(from.appointed) })}
        </p>
      )}
      {isNamed ? (
        <Alert type="warning" showIcon title={text("pyramids.mergeNamed")} description={<UsedBy uses={uses.data?.items ?? []} />} />
      ) : null}
    </Modal>
  );
}
