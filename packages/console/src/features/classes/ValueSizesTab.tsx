import { getSegmentSizes } from "@terrace/contract/api/segment-history";
import { useQueries } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { useMemo, useState } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { SizesTab } from "../segments/page/SizesTab.tsx";
import { useAskedAnew } from "../segments/page/use-asked-anew.ts";
import type { ClassView } from "./answers.ts";
import { classSizesSpec } from "./class-sizes.ts";

const ALL = "";
const UNITS = ["day", "week", "month"] as const;
type Unit = (typeof UNITS)[number];

/** How many had each value over time: all values together, or one with who came and who left. */
export function ValueSizesTab({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const [chosen, setChosen] = useState(ALL);
  const value = whole.values.find((one) => one.value === chosen);
  return (
    <div className="stack">
      <Select<string>
        className="class-choice"
        aria-label={text("classes.value")}
        value={value === undefined ? ALL : chosen}
        onChange={setChosen}
        options={[{ value: ALL, label: text("classes.allValues") }, ...whole.values.map((one) => ({ value: one.value, label: one.name }))]}
      />
      {value === undefined ? (
        <AllSizes whole={whole} />
      ) : (
        <SizesTab
          key={value.segment}
          segment={{ id: value.segment, name: value.name, createdAt: whole.createdAt }}
          stamp={`${value.people} ${value.live.changedAt ?? ""}`}
        />
      )}
    </div>
  );
}

function AllSizes({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const format = useFormat();
  const params = useWorkspaceParams();
  const [unit, setUnit] = useState<Unit>("day");
  useAskedAnew(getSegmentSizes, whole.values.map(({ people, live }) => `${people} ${live.changedAt ?? ""}`).join());
  const answers = useQueries({
    queries: whole.values.map(({ segment }) => {
      const input = { params: { ...params, segment }, query: { interval: unit } };
      return { queryKey: [getSegmentSizes.id, input], queryFn: ({ signal }) => callRoute(getSegmentSizes, { ...input, signal }) };
    }),
    combine: (results) => ({
      sizes: results.map(({ data }) => data),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      retry: () => void Promise.all(results.map(({ refetch }) => refetch())),
    }),
  });
  const spec = useMemo(() => classSizesSpec(whole, answers.sizes, { text, format }), [whole, answers.sizes, text, format]);
  if (answers.error !== null) return <FaultAlert error={answers.error} onRetry={answers.retry} />;
  return (
    <ChartPanel
      title={text("segments.tab.sizes")}
      spec={spec}
      loading={<DelayedSkeleton shape={6} />}
      colourScope={`class ${whole.key}`}
      extra={
        <Segmented<Unit>
          size="small"
          value={unit}
          onChange={setUnit}
          options={UNITS.map((one) => ({ value: one, label: text(`segments.unit.${one}`) }))}
        />
      }
    />
  );
}
