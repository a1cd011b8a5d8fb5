import { listFlagEnvironments } from "@terrace/contract/api/flag-environments";
import { useCallback, useMemo } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

/** The environments of flags, and the name of one by its key. */
export function useEnvironments() {
  const query = useCall(listFlagEnvironments, { params: useWorkspaceParams() });
  const environments = useMemo(() => query.data?.items ?? [], [query.data]);
  const nameOf = useCallback((key: string) => environments.find((one) => one.key === key)?.name ?? key, [environments]);
  return { query, environments, nameOf };
}
