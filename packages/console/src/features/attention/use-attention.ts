import { listAlertEvents } from "@terrace/contract/api/alerts";
import { getFeedStatus } from "@terrace/contract/api/feed";
import { listQuarantine } from "@terrace/contract/api/quarantine";
import { listConflicts } from "@terrace/contract/api/merges";
import { listDecisions } from "@terrace/contract/api/reports";
import { createContext, use } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";

const REFETCH_MS = 60_000;
/** Conflicts are counted on one page of the list; more are shown as a lower bound. */
const CONFLICTS_MAX = 200;
/** Alarms and decisions that wait; more are not counted. */
const ALERTS_MAX = 99;
/** A consumer this far behind makes pages show old figures, which an operator notices. */
const LAG_SECONDS = 30;

/** Asks what waits for an operator: refused events, refused merges, a feed that lags, alarms, decisions to be reviewed. Once a minute, only for what the role may see. */
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
  const { alerts, decisions, ...told } = useAskFigures();
  const late = (feed.data?.consumers ?? []).filter(({ lagSeconds }) => lagSeconds > LAG_SECONDS);
  const counts = {
    quarantine: (quarantine.data?.reasons ?? []).reduce((sum, { count }) => sum + count, 0),
    conflicts: conflicts.data?.items.length ?? 0,
    late: late.length,
    alerts: told.alarms.length,
    decisions: told.dueDecisions,
  };
  return {
    counts,
    late,
    alerts: told.alarms,
    reasons: quarantine.data?.reasons ?? [],
    moreConflicts: conflicts.data?.nextCursor !== undefined,
    total: counts.quarantine + counts.conflicts + counts.late + counts.alerts + counts.decisions,
    queries: [quarantine, conflicts, feed, alerts, decisions] as const,
  };
}

/** What waits about figures: alarms that nobody looks after, without muted ones; decisions whose day of review has come. */
function useAskFigures() {
  const params = useWorkspaceParams();
  const options = { enabled: useMay()("events:read"), refetchMs: REFETCH_MS };
  const alerts = useCall(listAlertEvents, { params, query: { state: "unacknowledged", limit: ALERTS_MAX } }, options);
  const decisions = useCall(listDecisions, { params, query: { state: "due", limit: ALERTS_MAX } }, options);
  const alarms = alerts.data?.items.filter(({ muted }) => !muted) ?? [];
  return { alerts, decisions, alarms, dueDecisions: decisions.data?.items.length ?? 0 };
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
