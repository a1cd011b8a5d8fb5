import { GROUPS_MAX } from "@terrace/domain/insight/breakdown";
import { useText } from "../../../app/i18n.ts";
import { SegmentSelect } from "../../segments/SegmentSelect.tsx";

type Props = { readonly segments: readonly string[]; readonly onChange: (segments: readonly string[]) => void };

/** Chooses the segments that figures are told apart by. */
export function SegmentsField({ segments, onChange }: Props) {
  const text = useText();
  return <SegmentSelect label={text("insight.bySegments")} max={GROUPS_MAX} isNeeded value={segments} onChange={onChange} />;
}
