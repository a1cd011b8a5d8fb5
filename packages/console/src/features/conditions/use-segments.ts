import { listSegments } from "@terrace/contract/api/segments";
import { useCallback, useMemo } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const SEGMENTS_MAX = 200;

/** The segments of the workspace, the newest first, and the name of one by its id. */
export function useSegments() {
  const params = useWorkspaceParams();
  const may = useMay();
  const { data } = useCall(listSegments, { params, query: { limit: SEGMENTS_MAX } }, { enabled: may("people:read"), staleMs: 30_000 });
  const segments = useMemo(() => (data?.items ?? []).map(({ id, name }) => ({ id, name })), [data]);
  const nameOf = useCallback((id: string) => segments.find((one) => one.id === id)?.name ?? id, [segments]);
  return { segments, nameOf };
}
