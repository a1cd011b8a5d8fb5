import { listSuppressions, type SuppressionView } from "@terrace/contract/api/suppressions";
import { SUPPRESSION_REASONS } from "@terrace/domain/governor/facts";
import { MESSAGE_CHANNELS } from "@terrace/domain/messages/channel";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { TimeText } from "../../ui/TimeText.tsx";
import { FindModal, LiftModal, SuppressModal } from "./SuppressModals.tsx";

const rowKey = ({ id }: SuppressionView) => id;
/** What owners of addresses asked for themselves. */
const ASKED_FOR: ReadonlySet<SuppressionView["reason"]> = new Set(["complained", "unsubscribed"]);

/** Addresses to which nothing is sent, masked. */
export function SuppressedTab() {
  const text = useText();
  const [place, setPlace] = useSearchParams();
  const [open, setOpen] = useState<"add" | "find">();
  const channel = MESSAGE_CHANNELS.find((one) => one === place.get("channel"));
  const reason = SUPPRESSION_REASONS.find((one) => one === place.get("reason"));
  const narrowed = { ...(channel === undefined ? {} : { channel }), ...(reason === undefined ? {} : { reason }) };
  const pages = usePages(listSuppressions, { params: useWorkspaceParams(), query: { limit: 50, ...narrowed } }, { keepPrevious: true });
  const rows = useMemo(() => pages.data?.pages.flatMap(({ items }) => items) ?? [], [pages.data]);
  const set = (part: Readonly<Record<string, string | undefined>>) => {
    const given = Object.entries({ tab: "suppressed", channel, reason, ...part });
    setPlace(Object.fromEntries(given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))), { replace: true });
  };
  return (
    <Panel flush label={text("governor.tab.suppressed")}>
      <div className="filter-row">
        <Select
          className="governor-select"
          aria-label={text("governor.channel")}
          placeholder={text("governor.channel")}
          allowClear
          {...(channel === undefined ? {} : { value: channel })}
          onChange={(next?: string) => set({ channel: next })}
          options={MESSAGE_CHANNELS.map((value) => ({ value, label: text(`templates.channelOf.${value}`) }))}
        />
        <Select
          className="governor-select"
          aria-label={text("governor.why")}
          placeholder={text("governor.why")}
          allowClear
          {...(reason === undefined ? {} : { value: reason })}
          onChange={(next?: string) => set({ reason: next })}
          options={SUPPRESSION_REASONS.map((value) => ({ value, label: text(`governor.because.${value}`) }))}
        />
        <span className="grow" />
        <Button onClick={() => setOpen("find")}>{text("governor.find")}</Button>
        <Button onClick={() => setOpen("add")}>{text("governor.suppress")}</Button>
      </div>
      <QueryView query={pages} skeleton={5}>
        {() => (
          <>
            <Rows rows={rows} empty={text(Object.keys(narrowed).length > 0 ? "governor.noneSuch" : "governor.noneSuppressed")} />
            <LoadMore pages={pages} loaded={rows.length} />
          </>
        )}
      </QueryView>
      {open === "add" ? <SuppressModal onClose={() => setOpen(undefined)} /> : null}
      {open === "find" ? <FindModal onClose={() => setOpen(undefined)} /> : null}
    </Panel>
  );
}

function Rows({ rows, empty }: { readonly rows: readonly SuppressionView[]; readonly empty: string }) {
  const text = useText();
  const link = useLink();
  const mayApprove = useMay()("touch:approve");
  const [lifting, setLifting] = useState<SuppressionView>();
  const addressOf = ({ address }: SuppressionView) => address ?? text("governor.addressUnknown");
  const personOf = ({ person }: SuppressionView) =>
    person === null ? "—" : <Link to={link(`people/${person.id}`)}>{person.displayName}</Link>;
  const lift = (one: SuppressionView) => {
    const isTheirs = ASKED_FOR.has(one.reason) && !mayApprove;
    return (
      <Button
        size="small"
        disabled={isTheirs}
        {...(isTheirs ? { title: text("governor.needsApproval") } : {})}
        onClick={() => setLifting(one)}
      >
        {text("governor.lift")}
      </Button>
    );
  };
  const columns: readonly DataColumn<SuppressionView>[] = [
    { key: "channel", title: text("governor.channel"), width: 110, render: ({ channel }) => text(`templates.channelOf.${channel}`) },
    { key: "address", title: text("governor.address"), width: 190, ellipsis: true, render: addressOf },
    { key: "person", title: text("governor.person"), width: 150, ellipsis: true, render: personOf },
    { key: "reason", title: text("governor.why"), width: 170, render: ({ reason }) => text(`governor.because.${reason}`) },
    { key: "detail", title: text("governor.detail"), ellipsis: true, render: ({ detail }) => detail },
    { key: "at", title: text("governor.at"), width: 150, render: ({ at }) => <TimeText at={at} /> },
    { key: "lift", title: "", width: 90, figure: true, render: lift },
  ];
  return (
    <>
      <DataTable<SuppressionView>
        label={text("governor.tab.suppressed")}
        rows={rows}
        rowKey={rowKey}
        columns={columns}
        minWidth={960}
        empty={<EmptyState text={empty} />}
        phoneRow={(one) => ({
          title: addressOf(one),
          state: text(`governor.because.${one.reason}`),
          detail: text(`templates.channelOf.${one.channel}`),
          figures: lift(one),
        })}
      />
      {lifting === undefined ? null : <LiftModal suppression={lifting} onClose={() => setLifting(undefined)} />}
    </>
  );
}
