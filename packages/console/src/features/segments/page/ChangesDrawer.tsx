import { CHANGES_KIND } from "@terrace/contract/api/segment-history";
import { Drawer, Segmented } from "antd";
import { useText } from "../../../app/i18n.ts";
import { usePhone } from "../../../app/theme/use-screen.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { intervalName } from "../../insight/frame/interval-names.ts";
import { SaveSegment } from "../../insight/frame/SaveSegment.tsx";
import type { NamedSegment, SizeInterval, Sizes } from "../answers.ts";
import { whysOf } from "./size-spec.ts";
import { StayList } from "./StayList.tsx";

type What = "entered" | "left";
type Props = {
  readonly segment: NamedSegment;
  readonly interval: SizeInterval;
  readonly unit: Sizes["interval"];
  readonly what: What;
  readonly onWhat: (what: What) => void;
  readonly onClose: () => void;
};

/** Who came or left in an interval, and why, in figures and one by one; they can be kept as a segment. */
export function ChangesDrawer({ segment, interval, unit, what, onWhat, onClose }: Props) {
  const text = useText();
  const format = useFormat();
  const phone = usePhone();
  const may = useMay();
  const params = { ...useWorkspaceParams(), segment: segment.id };
  const name = intervalName({ label: interval.from, from: interval.from, to: interval.to }, unit, format);
  const asked = { what, from: interval.fromAt, to: interval.toAt };
  return (
    <Drawer open title={`${segment.name} · ${name}`} size={phone ? "100%" : 480} onClose={onClose}>
      <div className="stack">
        <Segmented<What>
          block
          value={what}
          onChange={onWhat}
          options={(["entered", "left"] as const).map((one) => ({
            value: one,
            label: `${text(`segments.${one}`)} ${format.count(interval[one])}`,
          }))}
        />
        <ul className="stay-whys small">
          {whysOf(interval, what).map(([why, count]) => (
            <li key={why}>
              {text(`segments.why.${why}`)} <b>{format.count(count)}</b>
            </li>
          ))}
        </ul>
        {may("segments:write") && interval[what] > 0 ? (
          <SaveSegment
            kind={CHANGES_KIND}
            query={{ segment: segment.id, ...asked }}
            suggested={`${segment.name} · ${text(`segments.${what}`)} · ${name}`}
          />
        ) : null}
        <StayList input={{ params, query: asked }} />
      </div>
    </Drawer>
  );
}
