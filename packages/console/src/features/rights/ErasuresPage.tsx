import { getErasureKey, listErasures } from "@terrace/contract/api/rights";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ExportButton } from "../exports/ExportButton.tsx";
import { downloadText } from "./download.ts";
import { EraseList } from "./EraseList.tsx";
import { ErasureDrawer } from "./ErasureDrawer.tsx";
import { CertificateButton, ErasureState, type Erasure } from "./ErasureState.tsx";
import { Readmit } from "./Readmit.tsx";
import "./rights.css";

const rowKey = ({ id }: Erasure) => id;
const WATCH_EVERY_MS = 1_500;

/** Who was erased, how far each erasure is, and its certificate. */
export function ErasuresPage() {
  const text = useText();
  const format = useFormat();
  const [open, setOpen] = useState<Erasure>();
  const [asking, setAsking] = useState<"list" | "readmit">();
  const erasures = usePages(
    listErasures,
    { params: useWorkspaceParams(), query: { limit: 50 } },
    { refetchMs: (pages) => (pages.some(({ items }) => items.some(({ state }) => state === "running")) ? WATCH_EVERY_MS : false) },
  );
  const rows = useMemo(() => erasures.data?.pages.flatMap(({ items }) => items) ?? [], [erasures.data]);
  const refused = erasures.data?.pages[0]?.refused;
  const columns: readonly DataColumn<Erasure>[] = [
    { key: "at", title: text("erasures.requested"), width: 150, render: ({ requestedAt }) => <TimeText at={requestedAt} form="recent" /> },
    {
      key: "reason",
      title: text("rights.reason"),
      ellipsis: true,
      render: (row) => <ReasonCell erasure={row} onOpen={() => setOpen(row)} />,
    },
    { key: "by", title: text("erasures.by"), width: 190, ellipsis: true, render: ({ requestedBy }) => requestedBy },
    { key: "people", title: text("erasures.people"), width: 80, figure: true, render: ({ people }) => format.count(people) },
    { key: "state", title: text("erasures.state"), width: 240, render: (row) => <ErasureState erasure={row} /> },
    { key: "certificate", title: "", width: 96, figure: true, render: (row) => <CertificateButton erasure={row} /> },
  ];
  return (
    <>
      <PageHeader
        title={text("nav.erasures")}
        meta={
          <>
            <span>{text("erasures.intro")}</span>
            {refused === undefined || refused.ids === 0 ? null : (
              <span>{text("erasures.refused", { ids: format.count(refused.ids), events: format.count(refused.events) })}</span>
            )}
          </>
        }
        actions={
          <>
            <ExportButton what="erasures" />
            <KeyButton />
            <Button onClick={() => setAsking("readmit")}>{text("erasures.readmit")}</Button>
            <Button danger onClick={() => setAsking("list")}>
              {text("rights.eraseListTitle")}
            </Button>
          </>
        }
      />
      <Panel flush>
        <QueryView query={erasures} skeleton={4}>
          {() => (
            <>
              <DataTable<Erasure>
                label={text("nav.erasures")}
                rows={rows}
                rowKey={rowKey}
                columns={columns}
                minWidth={900}
                onOpen={setOpen}
                empty={<EmptyState text={text("erasures.empty")} />}
                phoneRow={(row) => ({
                  title: row.reason,
                  detail: <ErasureState erasure={row} />,
                  figures: <TimeText at={row.requestedAt} form="recent" />,
                  actions: <CertificateButton erasure={row} />,
                })}
              />
              <LoadMore pages={erasures} loaded={rows.length} />
            </>
          )}
        </QueryView>
      </Panel>
      {open === undefined ? null : (
        <ErasureDrawer erasure={rows.find(({ id }) => id === open.id) ?? open} onClose={() => setOpen(undefined)} />
      )}
      {asking === "list" ? <EraseList onClose={() => setAsking(undefined)} /> : null}
      {asking === "readmit" ? <Readmit onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}

function ReasonCell({ erasure, onOpen }: { readonly erasure: Erasure; readonly onOpen: () => void }) {
  return (
    <button type="button" className="plain-button ellipsis" title={erasure.reason} onClick={onOpen}>
      {erasure.reason}
    </button>
  );
}

function KeyButton() {
  const text = useText();
  const params = useWorkspaceParams();
  const showFault = useFaultMessage();
  const ask = useChange(getErasureKey);
  const download = () =>
    ask.mutate(
      { params },
      { onSuccess: ({ keyId, pem }) => downloadText(`terrace-${keyId}.pem`, "application/x-pem-file", pem), onError: showFault },
    );
  return (
    <Button loading={ask.isPending} onClick={download}>
      {text("erasures.key")}
    </Button>
  );
}
