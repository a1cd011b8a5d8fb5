import { endAppointment, listLayerPeople, setCareOwner, shareOutCare } from "@terrace/contract/api/pyramid-people";
import { listPyramidOwners } from "@terrace/contract/api/pyramids";
import { App, Button, Select, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { useCall, useChange, usePages } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../../ui/DataTable.tsx";
import { DataTable } from "../../../ui/DataTable.tsx";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { MISSING } from "../../../ui/format/numbers.ts";
import { LoadMore } from "../../../ui/LoadMore.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useFaultMessage } from "../../../ui/use-fault-text.ts";
import type { LayerPerson, LayerView, PyramidView } from "../answers.ts";
import { LIVE_MS } from "../pyramid-paths.ts";
import { PEOPLE_TOUCHES } from "../touches.ts";
import "./layer.css";

const ANYONE = "";
const NOBODY = "none";
const rowKey = ({ personId }: LayerPerson) => personId;
type Props = { readonly pyramid: PyramidView; readonly layer: LayerView };

/** The people of a layer, who cares for them, and who was appointed. */
export function LayerPeople({ pyramid, layer }: Props) {
  const text = useText();
  const write = useMay()("people:write");
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key, layer: layer.key };
  const [careOwner, setCareFilter] = useState(ANYONE);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const owners = useCall(listPyramidOwners, { params });
  const pages = usePages(
    listLayerPeople,
    { params, query: { limit: 50, ...(careOwner === ANYONE ? {} : { careOwner }) } },
    { keepPrevious: true, refetchMs: () => LIVE_MS },
  );
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const named = (owners.data?.items ?? []).map(({ operatorId, name }) => ({ value: operatorId, label: name }));
  return (
    <Panel flush title={text("pyramids.people")}>
      <div className="filter-row">
        {ticked.length > 0 ? (
          <GiveCare pyramid={pyramid} ticked={ticked} owners={named} onDone={() => setTicked([])} />
        ) : (
          <>
            <Select<string>
              className="layer-care"
              aria-label={text("pyramids.careOwner")}
              value={careOwner}
              onChange={setCareFilter}
              options={[{ value: ANYONE, label: text("pyramids.anyCare") }, { value: NOBODY, label: text("pyramids.noCare") }, ...named]}
            />
            {write ? <ShareOut pyramid={pyramid} layer={layer} /> : null}
          </>
        )}
      </div>
      <QueryView query={pages} skeleton={6}>
        {() => (
          <>
            <PeopleTable pyramid={pyramid} rows={rows} {...(write ? { selection: { keys: ticked, onChange: setTicked } } : {})} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
    </Panel>
  );
}

type GiveProps = {
  readonly pyramid: PyramidView;
  readonly ticked: readonly string[];
  readonly owners: readonly { readonly value: string; readonly label: string }[];
  readonly onDone: () => void;
};

/** Gives the people that were ticked somebody who cares for them, or nobody. */
function GiveCare({ pyramid, ticked, owners, onDone }: GiveProps) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key };
  const give = useChange(setCareOwner, PEOPLE_TOUCHES);
  const choose = (owner: string) =>
    give.mutate(
      { params, body: { people: [...ticked], owner: owner === NOBODY ? null : owner } },
      {
        onSuccess: ({ changed }) => {
          void message.success(text("pyramids.careGiven", { count: changed }));
          onDone();
        },
        onError: showFault,
      },
    );
  return (
    <>
      <span>{text("common.selected", { count: ticked.length })}</span>
      <Select<string>
        className="layer-care"
        aria-label={text("pyramids.giveCare")}
        placeholder={text("pyramids.giveCare")}
        loading={give.isPending}
        onChange={choose}
        options={[...owners, { value: NOBODY, label: text("pyramids.noCare") }]}
      />
      <Button type="text" onClick={onDone}>
        {text("common.clearSelection")}
      </Button>
    </>
  );
}

/** Shares people without a care owner out among the owners of the layer. */
function ShareOut({ pyramid, layer }: Props) {
  const text = useText();
  const { message } = App.useApp();
  const showFault = useFaultMessage();
  const params = { ...useWorkspaceParams(), pyramid: pyramid.key, layer: layer.key };
  const share = useChange(shareOutCare, PEOPLE_TOUCHES);
  if (layer.owners.length === 0) return null;
  return (
    <Button
      loading={share.isPending}
      onClick={() =>
        share.mutate(
          { params },
          { onSuccess: ({ given, left }) => void message.success(text("pyramids.sharedOut", { given, left })), onError: showFault },
        )
      }
    >
      {text("pyramids.shareOut")}
    </Button>
  );
}

type TableProps = {
  readonly pyramid: PyramidView;
  readonly rows: readonly LayerPerson[];
  readonly selection?: { readonly keys: readonly string[]; readonly onChange: (keys: readonly string[]) => void };
};

function PeopleTable({ pyramid, rows, selection }: TableProps) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const why = (row: LayerPerson) => text(`pyramids.why.${row.why}`);
  const columns: readonly DataColumn<LayerPerson>[] = [
    {
      key: "person",
      title: text("verification.person"),
      ellipsis: true,
      render: ({ personId, displayName }) => <Link to={link(`people/${personId}`)}>{displayName}</Link>,
    },
    { key: "since", title: text("pyramids.since"), width: 120, figure: true, render: ({ since }) => format.day(since) },
    {
      key: "why",
      title: text("pyramids.whyIn"),
      width: 180,
      render: (row) => (
        <span className="row">
          {why(row)}
          {row.appointment === null ? null : <Tag variant="filled">{text("pyramids.appointedTag")}</Tag>}
        </span>
      ),
    },
    {
      key: "care",
      title: text("pyramids.careOwner"),
      width: 180,
      ellipsis: true,
      render: ({ careOwner }) => (careOwner === null ? MISSING : careOwner.name),
    },
    {
      key: "leaves",
      title: text("pyramids.leavesAt"),
      width: 150,
      figure: true,
      render: ({ leavesAt, appointment }) => {
        const at = leavesAt ?? appointment?.until ?? null;
        return at === null ? MISSING : format.tableTime(at);
      },
    },
    { key: "action", title: "", width: 160, figure: true, render: (row) => <EndAppointment pyramid={pyramid} row={row} /> },
  ];
  return (
    <DataTable<LayerPerson>
      label={text("pyramids.people")}
      rows={rows}
      rowKey={rowKey}
      columns={columns}
      minWidth={940}
      {...(selection === undefined ? {} : { selection })}
      empty={<EmptyState text={text("pyramids.nobodyIn")} />}
      phoneRow={(row) => ({
        title: <Link to={link(`people/${row.personId}`)}>{row.displayName}</Link>,
        detail: `${why(row)} · ${row.careOwner?.name ?? text("pyramids.noCare")}`,
        figures: format.day(row.since),
        actions: <EndAppointment pyramid={pyramid} row={row} />,
      })}
    />
  );
}

/** Ends an appointment, once it was said what that means. */
function EndAppointment({ pyramid, row: { appointment, displayName } }: { readonly pyramid: PyramidView; readonly row: LayerPerson }) {
  const text = useText();
  const write = useMay()("segments:write");
  const { modal } = App.useApp();
  const showFault = useFaultMessage();
  const params = useWorkspaceParams();
  const end = useChange(endAppointment, PEOPLE_TOUCHES);
  if (appointment === null || !write) return null;
  const confirm = () =>
    void modal.confirm({
      title: text("pyramids.dismissTitle", { name: displayName }),
      content: text("pyramids.dismissBody"),
      okText: text("pyramids.dismiss"),
      okButtonProps: { danger: true },
      cancelText: text("common.cancel"),
      onOk: () => end.mutateAsync({ params: { ...params, pyramid: pyramid.key, appointment: appointment.id } }).catch(showFault),
    });
  return (
    <Button size="small" onClick={confirm}>
      {text("pyramids.dismiss")}
    </Button>
  );
}
