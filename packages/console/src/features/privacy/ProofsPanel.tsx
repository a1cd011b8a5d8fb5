import { listRetentionProofs } from "@terrace/contract/api/privacy";
import type { CallAnswer } from "../../app/api/client.ts";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";

type Proof = CallAnswer<typeof listRetentionProofs>["items"][number];
const rowKey = ({ id }: Proof) => id;

/** Proofs of deletion; the file that is downloaded holds everything a digest is made of. */
export function ProofsPanel() {
  const text = useText();
  const format = useFormat();
  const proofs = usePages(listRetentionProofs, { params: useWorkspaceParams(), query: { limit: 100 } });
  const rows = proofs.data?.pages.flatMap(({ items }) => items);
  const columns: readonly DataColumn<Proof>[] = [
    {
      key: "event",
      title: text("privacy.event"),
      ellipsis: true,
      render: ({ event }) => (event === "" ? text("privacy.otherEvents") : event),
    },
    { key: "days", title: text("privacy.keepFor"), width: 100, figure: true, render: ({ days }) => format.count(days) },
    { key: "range", title: text("privacy.before"), width: 150, figure: true, render: ({ cutoff }) => <TimeText at={cutoff} /> },
    { key: "deleted", title: text("privacy.deleted"), width: 110, figure: true, render: ({ deleted }) => format.count(deleted) },
    { key: "after", title: text("privacy.left"), width: 80, figure: true, render: ({ after }) => format.count(after) },
    { key: "quarantined", title: text("nav.quarantine"), width: 90, figure: true, render: ({ quarantined }) => format.count(quarantined) },
    { key: "at", title: text("privacy.madeAt"), width: 150, figure: true, render: ({ finishedAt }) => <TimeText at={finishedAt} /> },
    {
      key: "digest",
      title: text("privacy.digest"),
      width: 130,
      render: ({ digest }) => (
        <code className="mono" title={digest}>
          {digest.slice(0, 12)}…
        </code>
      ),
    },
  ];
  return (
    <Panel flush title={text("privacy.proofs")} extra={<ExportButton what="retention-proofs" />}>
      <QueryView query={{ ...proofs, data: rows }} skeleton={3}>
        {(items) => (
          <>
            <DataTable<Proof>
              label={text("privacy.proofs")}
              rows={items}
              rowKey={rowKey}
              columns={columns}
              minWidth={920}
              empty={<EmptyState text={text("privacy.noProofs")} />}
              phoneRow={(proof) => ({
                title: proof.event === "" ? text("privacy.otherEvents") : proof.event,
                detail: <TimeText at={proof.finishedAt} />,
                figures: format.count(proof.deleted),
              })}
            />
            <LoadMore pages={proofs} loaded={items.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
