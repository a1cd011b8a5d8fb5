import { listTags } from "@terrace/contract/api/person-remarks";
import type { Condition, TagLeaf } from "@terrace/domain/conditions/condition";
import { Select } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** Whether someone has a tag. */
export function TagEditor({ leaf, onChange }: { readonly leaf: TagLeaf; readonly onChange: (leaf: Condition) => void }) {
  const text = useText();
  const may = useMay();
  const tags = useCall(listTags, { params: useWorkspaceParams() }, { enabled: may("people:read"), staleMs: 30_000 });
  const known = (tags.data?.items ?? []).map(({ tag }) => tag);
  const listed = leaf.tag === "" || known.includes(leaf.tag) ? known : [leaf.tag, ...known];
  return (
    <div className="leaf">
      <Select<"has" | "not">
        className="op-picker"
        aria-label={text("insight.comparison")}
        value={leaf.has ? "has" : "not"}
        onChange={(next) => onChange({ ...leaf, has: next === "has" })}
        options={[
          { value: "has", label: text("insight.hasTag") },
          { value: "not", label: text("insight.hasNoTag") },
        ]}
      />
      <Select<string>
        className="field-picker"
        aria-label={text("insight.tag")}
        placeholder={text("insight.chooseTag")}
        showSearch={{ optionFilterProp: "label" }}
        status={leaf.tag === "" ? "warning" : ""}
        {...(leaf.tag === "" ? {} : { value: leaf.tag })}
        onChange={(tag) => onChange({ ...leaf, tag })}
        options={listed.map((tag) => ({ value: tag, label: tag }))}
        notFoundContent={text("insight.noTags")}
      />
    </div>
  );
}
