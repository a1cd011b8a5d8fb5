import { getPyramidFlow, getPyramidShares } from "@terrace/contract/api/pyramid-figures";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { Panel } from "../../ui/Panel.tsx";
import type { PyramidView } from "./answers.ts";
import { DaysSwitch, useSince, type Days } from "./DaysSwitch.tsx";
import { PyramidPicture } from "./picture/PyramidPicture.tsx";

/** The picture of the pyramid with what each layer did in a period, and who went up and down in it. */
export function OverviewTab({ pyramid }: { readonly pyramid: PyramidView }) {
  const text = useText();
  const format = useFormat();
  const [days, setDays] = useState<Days>(30);
  const input = { params: { ...useWorkspaceParams(), pyramid: pyramid.key }, query: { from: useSince(days) } };
  const shares = useCall(getPyramidShares, input, { keepPrevious: true });
  const flow = useCall(getPyramidFlow, input, { keepPrevious: true });
  const outside = shares.data?.layers.find(({ layer }) => layer === null)?.people ?? 0;
  return (
    <Panel title={text("pyramids.picture")} extra={<DaysSwitch days={days} onChange={setDays} />}>
      <div className="stack">
        {shares.error === null ? null : <FaultAlert error={shares.error} onRetry={() => void shares.refetch()} />}
        <PyramidPicture pyramid={pyramid} period={{ shares: shares.data, flow: flow.data }} />
        <p className="small muted class-note">
          {text(pyramid.live ? "pyramids.pictureNote" : "classes.sortingNote")}
          {outside === 0 ? null : ` ${text("pyramids.outside", { count: outside, shown: format.count(outside) })}`}
        </p>
      </div>
    </Panel>
  );
}
