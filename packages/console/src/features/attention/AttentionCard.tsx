import { useText } from "../../app/i18n.ts";
import { Panel } from "../../ui/Panel.tsx";
import { DelayedSkeleton } from "../../ui/QueryView.tsx";
import { FaultAlert } from "../../ui/FaultAlert.tsx";
import { AttentionList } from "./AttentionList.tsx";
import { useAttention } from "./use-attention.ts";

/** The card of things that wait on the home page. */
export function AttentionCard() {
  const text = useText();
  const { queries, counts } = useAttention();
  const kinds = Object.values(counts).filter((count) => count > 0).length;
  const failed = queries.find(({ error, data }) => error !== null && data === undefined);
  const loading = queries.some(({ isLoading }) => isLoading);
  return (
    <Panel flush className="attention-card" title={text("top.alerts")} {...(kinds === 0 ? {} : { count: kinds })}>
      {failed === undefined ? null : (
        <div className="query-fault">
          <FaultAlert error={failed.error} onRetry={() => void failed.refetch()} />
        </div>
      )}
      {loading ? <DelayedSkeleton shape={3} /> : <AttentionList />}
    </Panel>
  );
}
