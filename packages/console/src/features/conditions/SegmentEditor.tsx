import type { Condition, SegmentLeaf } from "@terrace/domain/conditions/condition";
import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { useSegments } from "./use-segments.ts";

/** Whether someone is in a segment. */
export function SegmentEditor({ leaf, onChange }: { readonly leaf: SegmentLeaf; readonly onChange: (leaf: Condition) => void }) {
  const text = useText();
  const { segments, nameOf } = useSegments();
  const listed =
    leaf.segment === "" || segments.some(({ id }) => id === leaf.segment)
      ? segments
      : [{ id: leaf.segment, name: nameOf(leaf.segment) }, ...segments];
  return (
    <div className="leaf">
      <Select<"in" | "out">
        className="op-picker"
        aria-label={text("insight.comparison")}
        value={leaf.in ? "in" : "out"}
        onChange={(next) => onChange({ ...leaf, in: next === "in" })}
        options={[
          { value: "in", label: text("insight.inSegment") },
          { value: "out", label: text("insight.notInSegment") },
        ]}
      />
      <Select<string>
        className="field-picker"
        aria-label={text("insight.segment")}
        placeholder={text("insight.chooseSegment")}
        showSearch={{ optionFilterProp: "label" }}
        status={leaf.segment === "" ? "warning" : ""}
        {...(leaf.segment === "" ? {} : { value: leaf.segment })}
        onChange={(segment) => onChange({ ...leaf, segment })}
        options={listed.map(({ id, name }) => ({ value: id, label: name }))}
        notFoundContent={text("insight.noSegments")}
      />
    </div>
  );
}
