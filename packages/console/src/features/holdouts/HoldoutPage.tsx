import {
  deleteHoldout,
  endHoldout,
  getHoldout,
  listHoldoutPeople,
  listHoldouts,
  rotateHoldout,
  type HoldoutDetail,
  type HoldoutGeneration,
} from "@terrace/contract/api/holdouts";
import type { HoldoutGroup } from "@terrace/domain/holdouts/holdout";
import { App, Button, Drawer, Segmented } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { isFault } from "../../app/api/api-fault.ts";
import { useCall, useChange, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { FactRows } from "../../ui/FactRows.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { useFaultMessage } from "../../ui/use-fault-text.ts";
import { ChangeHoldoutModal } from "./HoldoutModals.tsx";
import { rotationWords, scopeWords } from "./holdout-words.ts";
import { HoldoutReport } from "./HoldoutReport.tsx";
import "./holdouts.css";
import { LookUpPanel } from "./LookUpPanel.tsx";
import { HoldoutState } from "./HoldoutsPage.tsx";

const TOUCHES = [listHoldouts, getHoldout];
const LIVE_MS = 10_000;

/** One holdout: what it keeps people from, its turns, and who is in them. */
export function HoldoutPage() {
  const { holdout: key = "" } = useParams();
  const text = useText();
  const holdout = useCall(getHoldout, { params: { ...useWorkspaceParams(), holdout: key } }, { refetchMs: LIVE_MS });
  if (isFault(holdout.error, "holdout.not_found", "request.invalid"))
    return (
      <>
        <PageHeader title={text("nav.holdouts")} />
        <Panel>
          <EmptyState text={text("holdouts.gone")} />
        </Panel>
      </>
    );
  return (
    <QueryView query={holdout} skeleton={8}>
      {(data) => <HoldoutShown holdout={data} />}
    </QueryView>
  );
}

function HoldoutShown({ holdout }: { readonly holdout: HoldoutDetail }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [open, setOpen] = useState<HoldoutGeneration>();
  return (
    <>
      <PageHeader
        title={holdout.name}
        tags={<HoldoutState ended={holdout.endedAt !== null} />}
        meta={<span>{text("segments.madeBy", { by: holdout.createdBy, time: format.tableTime(holdout.createdAt) })}</span>}
        actions={may("experiments:write") ? <HoldoutActions holdout={holdout} /> : null}
      />
      <div className="stack">
        <Panel>
          <FactRows
            rows={[
              [text("holdouts.scope"), scopeWords(holdout.scope, text)],
              [text("holdouts.share"), formatShare(holdout.generation.share / 10_000)],
              [text("holdouts.rotation"), rotationWords(holdout.rotation, text)],
              ...(holdout.rotatesAt === null ? [] : [[text("holdouts.rotatesAt"), format.tableTime(holdout.rotatesAt)] as const]),
              [text("holdouts.key"), holdout.key],
            ]}
          />
        </Panel>
        {may("events:read") ? <HoldoutReport holdout={holdout} /> : null}
        <Panel title={text("holdouts.turns")} flush>
          <TurnTable turns={holdout.generations} onOpen={setOpen} />
        </Panel>
        <LookUpPanel holdout={holdout} />
      </div>
      {open === undefined ? null : <TurnDrawer holdout={holdout} turn={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function TurnTable({
  turns,
  onOpen,
}: {
  readonly turns: readonly HoldoutGeneration[];
  readonly onOpen: (turn: HoldoutGeneration) => void;
}) {
  const text = useText();
  const format = useFormat();
  const end = ({ to }: HoldoutGeneration) => (to === null ? text("holdouts.goesOn") : format.tableTime(to));
  const columns: readonly DataColumn<HoldoutGeneration>[] = [
    {
      key: "number",
      title: text("holdouts.turn"),
      width: 90,
      render: (turn) => (
        <Button type="link" size="small" className="holdout-turn" onClick={() => onOpen(turn)}>
          {format.count(turn.number)}
        </Button>
      ),
    },
    { key: "from", title: text("holdouts.from"), width: 160, render: ({ from }) => format.tableTime(from) },
    { key: "to", title: text("holdouts.to"), width: 160, render: end },
    { key: "share", title: text("holdouts.share"), width: 90, figure: true, render: ({ share }) => formatShare(share / 10_000) },
    { key: "held", title: text("holdouts.held"), width: 110, figure: true, render: ({ held }) => format.count(held) },
    { key: "open", title: text("holdouts.open"), width: 110, figure: true, render: ({ open }) => format.count(open) },
    { key: "conflicts", title: text("holdouts.conflicts"), width: 110, figure: true, render: ({ conflicts }) => format.count(conflicts) },
  ];
  return (
    <DataTable<HoldoutGeneration>
      label={text("holdouts.turns")}
      rows={turns}
      rowKey={({ number }) => String(number)}
      columns={columns}
      onOpen={onOpen}
      minWidth={840}
      empty={<EmptyState text={text("holdouts.nobody")} />}
      phoneRow={(turn) => ({
        title: text("holdouts.turnOf", { number: turn.number }),
        state: <span className="muted">{formatShare(turn.share / 10_000)}</span>,
        detail: `${format.tableTime(turn.from)} – ${end(turn)}`,
        figures: text("holdouts.turnPeople", { held: format.count(turn.held), open: format.count(turn.open) }),
      })}
    />
  );
}

type TurnProps = { readonly holdout: HoldoutDetail; readonly turn: HoldoutGeneration; readonly onClose: () => void };

/** Who was asked about in a turn. */
function TurnDrawer({ holdout, turn, onClose }: TurnProps) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const [group, setGroup] = useState<HoldoutGroup>("held");
  const params = { ...useWorkspaceParams(), holdout: holdout.key };
  const pages = usePages(listHoldoutPeople, { params, query: { generation: String(turn.number), group } });
  const rows = pages.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Drawer open title={text("holdouts.turnOf", { number: turn.number })} onClose={onClose} size={520}>
      <div className="stack">
        <Segmented<HoldoutGroup>
          aria-label={text("holdouts.group")}
          value={group}
          onChange={setGroup}
          options={(["held", "open"] as const).map((value) => ({
            value,
            label: text("holdouts.groupOf", { group: text(`holdouts.${value}`), shown: format.count(turn[value]) }),
          }))}
        />
        <QueryView query={pages} skeleton={5}>
          {() =>
            rows.length === 0 ? (
              <EmptyState text={text("holdouts.nobody")} />
            ) : (
              <table className="plain-table">
                <tbody>
                  {rows.map(({ person, askedAt }) => (
                    <tr key={`${person.id} ${askedAt}`}>
                      <td>
                        <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>
                      </td>
                      <td className="muted">{format.tableTime(askedAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </QueryView>
        <LoadMore pages={pages} loaded={rows.length} />
      </div>
    </Drawer>
  );
}

function HoldoutActions({ holdout }: { readonly holdout: HoldoutDetail }) {
  const text = useText();
  const link = useLink();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const [changing, setChanging] = useState(false);
  const params = { ...useWorkspaceParams(), holdout: holdout.key };
  const rotate = useChange(rotateHoldout, TOUCHES);
  const end = useChange(endHoldout, TOUCHES);
  const remove = useChange(deleteHoldout, [listHoldouts]);
  const confirm = (what: "rotate" | "end" | "delete", onOk: () => Promise<unknown>) =>
    void modal.confirm({
      title: text(`holdouts.${what}Title`, { name: holdout.name }),
      content: text(`holdouts.${what}Body`),
      okText: text(`holdouts.${what}`),
      okButtonProps: { danger: what !== "rotate" },
      cancelText: text("common.cancel"),
      onOk: () => onOk().then(() => undefined, showFault),
    });
  if (holdout.endedAt !== null)
    return (
      <Button
        danger
        onClick={() => confirm("delete", () => remove.mutateAsync({ params }).then(() => navigate(link("experiments/holdouts"))))}
      >
        {text("holdouts.delete")}
      </Button>
    );
  return (
    <>
      <Button onClick={() => setChanging(true)}>{text("holdouts.change")}</Button>
      <Button onClick={() => confirm("rotate", () => rotate.mutateAsync({ params }))}>{text("holdouts.rotate")}</Button>
      <Button danger onClick={() => confirm("end", () => end.mutateAsync({ params }))}>
        {text("holdouts.end")}
      </Button>
      {changing ? <ChangeHoldoutModal holdout={holdout} onClose={() => setChanging(false)} /> : null}
    </>
  );
}
