import { listMappings } from "@terrace/contract/api/import-mappings";
import { mappingOfPlan } from "@terrace/domain/imports/import-plan";
import { Form, Input, Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { MAPPING_EXAMPLE, parseMapping, type PullFields } from "./pull-fields.ts";

/** What the columns stand for: typed, or taken over from a mapping that was saved when a file of the same shape was imported. */
export function MappingField() {
  const text = useText();
  const form = Form.useFormInstance<PullFields>();
  const saved = useCall(listMappings, { params: useWorkspaceParams() }).data?.items ?? [];
  const takeOver = (id: string) => {
    const plan = saved.find((one) => one.id === id)?.plan;
    if (plan !== undefined) form.setFields([{ name: "mapping", value: JSON.stringify(mappingOfPlan(plan, {}), null, 2), errors: [] }]);
  };
  return (
    <>
      <Form.Item
        name="mapping"
        label={text("pulls.mapping")}
        extra={text(saved.length === 0 ? "pulls.mappingHintNoneSaved" : "pulls.mappingHint")}
        rules={[
          {
            validator: (_, value: string) =>
              parseMapping(value) === undefined ? Promise.reject(new Error(text("pulls.mappingRule"))) : Promise.resolve(),
          },
        ]}
      >
        <Input.TextArea rows={8} className="mono" placeholder={MAPPING_EXAMPLE} />
      </Form.Item>
      {saved.length === 0 ? null : (
        <Form.Item>
          <Select
            value={null}
            onChange={takeOver}
            placeholder={text("pulls.mappingSaved")}
            aria-label={text("pulls.mappingSaved")}
            options={saved.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
    </>
  );
}
