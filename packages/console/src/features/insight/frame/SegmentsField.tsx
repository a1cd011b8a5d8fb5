import { GROUPS_MAX } from "@terrace/domain/insight/breakdown";
import { Select } from "antd";
import { useText } from "../../../app/i18n.ts";
import { useSegments } from "../../conditions/use-segments.ts";

type Props = { readonly segments: readonly string[]; readonly onChange: (segments: readonly string[]) => void };

/** Chooses the segments that figures are told apart by. */
export function SegmentsField({ segments: chosen, onChange }: Props) {
  const text = useText();
  const { segments, nameOf } = useSegments();
  // A segment that was put away since is still named.
  const away = chosen.filter((id) => segments.every((one) => one.id !== id)).map((id) => ({ id, name: nameOf(id) }));
  return (
    <Select<string[]>
      mode="multiple"
      allowClear
      maxCount={GROUPS_MAX}
      aria-label={text("insight.bySegments")}
      placeholder={text("insight.chooseSegment")}
      showSearch={{ optionFilterProp: "label" }}
      status={chosen.length === 0 ? "warning" : ""}
      value={[...chosen]}
      onChange={onChange}
      options={[...away, ...segments].map(({ id, name }) => ({ value: id, label: name }))}
      notFoundContent={text("insight.noSegments")}
    />
  );
}
