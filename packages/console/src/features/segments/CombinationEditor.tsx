import type { Combination, CombinationOp } from "@terrace/domain/segments/combination";
import { COMBINATION_OPS, COMBINED_MAX } from "@terrace/domain/segments/combination";
import { Form, Segmented } from "antd";
import { useText } from "../../app/i18n.ts";
import { SegmentSelect } from "./SegmentSelect.tsx";

type Props = {
  readonly combination: Combination;
  readonly onChange: (combination: Combination) => void;
  /** The segment itself, which cannot be a part of it. */
  readonly own?: string;
};

/** Puts segments together: in any of them, in all, or in the first and in none of the others. */
export function CombinationEditor({ combination: { op, of }, onChange, own }: Props) {
  const text = useText();
  const [base, ...others] = of;
  const without = own === undefined ? [] : [own];
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={text("segments.combine")} extra={text(`segments.combineNote.${op}`)}>
        <Segmented<CombinationOp>
          value={op}
          onChange={(next) => onChange({ op: next, of })}
          options={COMBINATION_OPS.map((one) => ({ value: one, label: text(`segments.combine.${one}`) }))}
        />
      </Form.Item>
      {op === "except" ? (
        <>
          <Form.Item label={text("segments.combineFrom")}>
            <SegmentSelect
              label={text("segments.combineFrom")}
              value={base === undefined ? [] : [base]}
              max={1}
              without={[...without, ...others]}
              onChange={(next) => onChange({ op, of: [...next, ...others] })}
            />
          </Form.Item>
          <Form.Item label={text("segments.combineWithout")}>
            <SegmentSelect
              label={text("segments.combineWithout")}
              value={others}
              max={COMBINED_MAX - 1}
              without={[...without, ...(base === undefined ? [] : [base])]}
              onChange={(next) => onChange({ op, of: base === undefined ? next : [base, ...next] })}
            />
          </Form.Item>
        </>
      ) : (
        <Form.Item label={text("segments.combineOf")}>
          <SegmentSelect
            label={text("segments.combineOf")}
            value={of}
            max={COMBINED_MAX}
            without={without}
            onChange={(next) => onChange({ op, of: next })}
          />
        </Form.Item>
      )}
    </Form>
  );
}
