import { listAnnotations } from "@terrace/contract/api/annotations";
import { useMemo } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import type { ChartSpec } from "../../../ui/chart/chart-spec.ts";
import { marksOf } from "./chart-days.ts";

/** A chart over time with the notes of operators at their days; any other chart as it is. */
export function useAnnotated<Spec extends ChartSpec | undefined>(spec: Spec): Spec {
  const params = useWorkspaceParams();
  const days = spec?.kind === "time" ? spec.days : undefined;
  const [from, to] = [days?.[0], days?.at(-1)];
  const asked = from !== undefined && to !== undefined && days !== undefined && days.length > 1;
  const notes = useCall(listAnnotations, { params, query: asked ? { from, to } : {} }, { enabled: asked, staleMs: 60_000 }).data;
  return useMemo(
    () =>
      spec?.kind !== "time" || days === undefined || notes === undefined || notes.items.length === 0
        ? spec
        : { ...spec, marks: [...(spec.marks ?? []), ...marksOf(days, notes.items)] },
    [spec, days, notes],
  );
}
