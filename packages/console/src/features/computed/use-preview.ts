import { previewComputedTrait } from "@terrace/contract/api/computed-traits";
import type { TraitDefinition } from "@terrace/domain/computed/definition";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { randomUuid } from "../insight/frame/random-uuid.ts";
import type { TraitPreview } from "./answers.ts";

const WAIT_MS = 500;
const STALE_MS = 30_000;

/** Who would have which value, asked once the definition stood still for half a second. */
export function usePreview(definition: TraitDefinition | undefined) {
  const params = useWorkspaceParams();
  const now = definition === undefined ? "" : JSON.stringify(definition);
  const settled = useSettled(now, WAIT_MS);
  const asked = useMemo(() => (settled === "" || settled !== now ? null : (JSON.parse(settled) as TraitDefinition)), [settled, now]);
  const queryId = useRef("");
  const answer = useQuery<TraitPreview>({
    queryKey: [previewComputedTrait.id, params, asked],
    queryFn: ({ signal }) => {
      if (asked === null) throw new TypeError("a preview without a definition");
      queryId.current = randomUuid();
      return callRoute(previewComputedTrait, { params, query: { queryId: queryId.current }, body: { definition: asked }, signal });
    },
    enabled: asked !== null,
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });
  return { answer, waits: asked === null && definition !== undefined, runningId: () => queryId.current };
}
