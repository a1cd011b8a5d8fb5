import { downloadRejected, getImport, listImports, steerImport, undoImport } from "@terrace/contract/api/imports";
import { App, Button, Progress } from "antd";
import { useEffect } from "react";
import { useParams } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { routeUrl } from "../../app/api/client.ts";
import { useCall, useChange } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay, useLink, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { FactRows } from "../../ui/FactRows.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { FailureText } from "./FailureText.tsx";
import { ImportState } from "./ImportState.tsx";
import "./imports.css";

type Import = CallAnswer<typeof getImport>;
const LOOK_MS = 1_000;
const GOING = new Set(["queued", "running", "undoing"]);
const UNDOABLE = new Set(["done", "cancelled", "failed"]);

/** One import: how far it is, what came of it, and what can be done about it. */
export function ImportPage() {
  const params = { ...useWorkspaceParams(), import: useParams()["import"] ?? "" };
  const query = useCall(getImport, { params });
  const { refetch } = query;
  const isGoing = query.data !== undefined && GOING.has(query.data.state);
  useEffect(() => {
    if (!isGoing) return undefined;
    const timer = setInterval(() => void refetch(), LOOK_MS);
    return () => clearInterval(timer);
  }, [isGoing, refetch]);
  return (
    <QueryView query={query} skeleton={6}>
      {(one) => <Shown one={one} />}
    </QueryView>
  );
}

function Shown({ one }: { readonly one: Import }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  return (
    <>
      <PageHeader
        title={one.fileName}
        tags={<ImportState one={one} />}
        meta={
          <span>
            {text(`imports.kind.${one.kind}`)} · {one.by} · <TimeText at={one.startedAt} form="recent" />
          </span>
        }
        actions={<Actions one={one} />}
      />
      <div className="stack">
        {one.failure === null ? null : <FailureText failure={one.failure} />}
        {one.repeatOf === null ? null : (
          <Panel>
            {text("imports.repeat")} <a href={link(`data/imports/${one.repeatOf}`)}>{text("imports.repeatLink")}</a>
          </Panel>
        )}
        {one.undone === null ? null : (
          <Panel title={text("imports.state.undone")}>
            {text("imports.undone", {
              by: one.undone.by,
              events: format.count(one.undone.events),
              traits: format.count(one.undone.traits),
            })}
            {one.undone.consents > 0 ? ` ${text("imports.undoneConsents", { consents: format.count(one.undone.consents) })}` : null}
          </Panel>
        )}
        <Panel title={text("imports.result")}>
          <div className="stack" role="status">
            {GOING.has(one.state) || one.state === "paused" ? <Progress percent={percentOf(one)} /> : null}
            <FactRows
              rows={[
                [text("imports.read"), format.count(one.rowsRead)],
                [text("imports.accepted"), format.count(one.rowsAccepted)],
                [text("imports.rejected"), format.count(one.rowsRejected)],
                ...(one.kind === "channels" ? [] : ([[text("imports.events"), format.count(one.eventsMade)]] as const)),
              ]}
            />
            {one.rowsRejected > 0 ? (
              <p className="muted">{text(one.hasRejected ? "imports.rejectedHint" : "imports.rejectedElsewhere")}</p>
            ) : null}
          </div>
        </Panel>
      </div>
    </>
  );
}

function percentOf({ rowsRead, rowsExpected }: Import): number {
  if (rowsExpected === null || rowsExpected === 0) return 0;
  return Math.min(99, Math.floor((rowsRead / rowsExpected) * 100));
}

function Actions({ one }: { readonly one: Import }) {
  const text = useText();
  const may = useMay();
  const params = { ...useWorkspaceParams(), import: one.id };
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const steer = useChange(steerImport, [getImport, listImports]);
  const to = (where: "pause" | "resume" | "cancel") => steer.mutateAsync({ params, body: { to: where } }).catch(showFault);
  const cancel = () =>
    void modal.confirm({
      title: text("imports.cancelTitle"),
      content: text("imports.cancelBody"),
      okText: text("imports.cancel"),
      cancelText: text("imports.goOn"),
      onOk: () => to("cancel"),
    });
  const undo = useChange(undoImport, [getImport, listImports]);
  const askUndo = () =>
    void modal.confirm({
      title: text("imports.undoTitle", { name: one.fileName }),
      content: (
        <ul className="import-undo">
          <li>{text("imports.undoEvents")}</li>
          <li>{text("imports.undoTraits")}</li>
          <li>{text("imports.undoConsents")}</li>
          <li>{text("imports.undoStays")}</li>
          <li>{text("imports.undoAgain")}</li>
        </ul>
      ),
      width: 520,
      okText: text("imports.undo"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => undo.mutateAsync({ params }).catch(showFault),
    });
  const canSteer = one.hasFile && may("imports:write");
  return (
    <>
      {one.hasRejected && may("people:unmask") ? (
        <Button href={routeUrl(downloadRejected, params, undefined)}>{text("imports.download")}</Button>
      ) : null}
      {may("imports:write") && UNDOABLE.has(one.state) ? (
        <Button danger loading={undo.isPending} onClick={askUndo}>
          {text("imports.undo")}
        </Button>
      ) : null}
      {canSteer && (one.state === "running" || one.state === "queued") ? (
        <Button loading={steer.isPending || one.asked === "pause"} onClick={() => void to("pause")}>
          {text("imports.pause")}
        </Button>
      ) : null}
      {canSteer && one.state === "paused" ? (
        <Button type="primary" loading={steer.isPending} onClick={() => void to("resume")}>
          {text("imports.resume")}
        </Button>
      ) : null}
      {canSteer && ["running", "queued", "paused"].includes(one.state) ? (
        <Button danger loading={one.asked === "cancel"} onClick={cancel}>
          {text("imports.cancel")}
        </Button>
      ) : null}
    </>
  );
}
