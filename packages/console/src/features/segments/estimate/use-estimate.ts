import { estimateSegment } from "@terrace/contract/api/segment-figures";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { z } from "zod";
import { callRoute, type CallAnswer } from "../../../app/api/client.ts";
import { useSettled } from "../../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { randomUuid } from "../../insight/frame/random-uuid.ts";

export type EstimateQuestion = z.input<typeof estimateSegment.body>;
export type Estimate = CallAnswer<typeof estimateSegment>;

const WAIT_MS = 500;
const STALE_MS = 30_000;

/** Whom a rule or a combination would hold, asked once it stood still for half a second. As soon as it changes, the question on its way is ended. */
export function useEstimate(question: EstimateQuestion | undefined) {
  const params = useWorkspaceParams();
  const now = question === undefined ? "" : JSON.stringify(question);
  const settled = useSettled(now, WAIT_MS);
  const asked = useMemo(() => (settled === "" || settled !== now ? null : (JSON.parse(settled) as EstimateQuestion)), [settled, now]);
  const queryId = useRef("");
  const answer = useQuery<Estimate>({
    queryKey: [estimateSegment.id, params, asked],
    queryFn: ({ signal }) => {
      if (asked === null) throw new TypeError("an estimate without a question");
      queryId.current = randomUuid();
      return callRoute(estimateSegment, { params, query: { queryId: queryId.current }, body: asked, signal });
    },
    enabled: asked !== null,
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
  return { answer, waits: asked === null && question !== undefined, runningId: () => queryId.current };
}
