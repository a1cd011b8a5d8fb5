import { getFeedStatus, listQuarantine } from "@terrace/contract/api/data";
import { listConflicts } from "@terrace/contract/api/people";
import { createContext, use } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const REFETCH_MS = 60_000;
/** Conflicts are counted on one page of the list; more are shown as a lower bound. */
const CONFLICTS_MAX = 200;
/** A consumer this far behind makes pages show old figures, which an operator notices. */
const LAG_SECONDS = 30;

/** Asks what waits for an operator: refused events, refused merges, a feed that lags. Once a minute, only for what the role may see. */
export function useAskAttention() {
  const params = useWorkspaceParams();
  const may = useMay();
  const quarantine = useCall(
    listQuarantine,
    { params, query: { limit: 1, state: "open" } },
    { enabled: may("quarantine:read"), refetchMs: REFETCH_MS },
  );
  const conflicts = useCall(
    listConflicts,
    { params, query: { limit: CONFLICTS_MAX, state: "open" } },
    { enabled: may("people:read"), refetchMs: REFETCH_MS },
  );
  const feed = useCall(getFeedStatus, { params }, { enabled: may("events:read"), refetchMs: REFETCH_MS });
  const late = (feed.data?.consumers ?? []).filter(({ lagSeconds }) => lagSeconds > LAG_SECONDS);
  const counts = {
    quarantine: (quarantine.data?.reasons ?? []).reduce((sum, { count }) => sum + count, 0),
    conflicts: conflicts.data?.items.length ?? 0,
    late: late.length,
  };
  return {
    counts,
    late,
    reasons: quarantine.data?.reasons ?? [],
    moreConflicts: conflicts.data?.nextCursor !== undefined,
    total: counts.quarantine + counts.conflicts + counts.late,
    queries: [quarantine, conflicts, feed] as const,
  };
}

export type Attention = ReturnType<typeof useAskAttention>;

/** What waits, asked in one place (the frame) and shown in many. */
export const AttentionContext = createContext<Attention | undefined>(undefined);

/** What waits for an operator; only inside the frame. */
export function useAttention(): Attention {
  const attention = use(AttentionContext);
  if (attention === undefined) throw new Error("useAttention is used outside of the frame");
  return attention;
}
