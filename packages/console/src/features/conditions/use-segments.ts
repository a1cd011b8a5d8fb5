import { useQuery } from "@tanstack/react-query";
import { listSegments } from "@terrace/contract/api/segments";
import { useCallback } from "react";
import { callRoute } from "../../app/api/client.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const PAGE = 200;
const STALE_MS = 30_000;

/** The name of a segment by its id, of all that the workspace has; of one that is gone its id. */
export function useSegmentNameOf(): (id: string) => string {
  const params = useWorkspaceParams();
  const may = useMay();
  const { data } = useQuery({
    queryKey: [listSegments.id, "names", params],
    queryFn: ({ signal }) => loadNames(params, signal),
    enabled: may("people:read"),
    staleTime: STALE_MS,
  });
  return useCallback((id: string) => data?.get(id) ?? id, [data]);
}

async function loadNames(params: ReturnType<typeof useWorkspaceParams>, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items, nextCursor } = await callRoute(listSegments, { params, query, signal });
    for (const { id, name } of items) names.set(id, name);
    cursor = nextCursor;
  }
  return names;
}
