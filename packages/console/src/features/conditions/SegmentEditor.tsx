import type { Condition, SegmentLeaf } from "@terrace/domain/conditions/condition";
import { Select } from "antd";
import { useText } from "../../app/i18n.ts";
import { SegmentSelect } from "../segments/SegmentSelect.tsx";

/** Whether someone is in a segment. */
export function SegmentEditor({ leaf, onChange }: { readonly leaf: SegmentLeaf; readonly onChange: (leaf: Condition) => void }) {
  const text = useText();
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
      <SegmentSelect
        className="field-picker"
        label={text("insight.segment")}
        max={1}
        isNeeded
        value={leaf.segment === "" ? [] : [leaf.segment]}
        onChange={([segment = ""]) => onChange({ ...leaf, segment })}
      />
    </div>
  );
}
