import { getChannelTotals, listChannelFigures } from "@terrace/contract/api/channel-figures";
import { Button, Segmented } from "antd";
import { useMemo } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { CallAnswer } from "../../app/api/client.ts";
import { useCall, usePages } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { DataTable, type DataColumn } from "../../ui/DataTable.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { MISSING } from "../../ui/format/numbers.ts";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { ExportButton } from "../exports/ExportButton.tsx";

type Total = CallAnswer<typeof getChannelTotals>["items"][number];
type Figure = CallAnswer<typeof listChannelFigures>["items"][number];
type Counted = Pick<Figure, "exposures" | "clicks" | "cost" | "currency">;
const VIEWS = ["channel", "day", "all"] as const;

/** What was shown and spent in channels, as it was imported: summed up by channel or day, or each campaign. */
export function ChannelFiguresPage() {
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const view = VIEWS.find((one) => one === search.get("by")) ?? "channel";
  return (
    <>
      <PageHeader
        title={text("nav.channelFigures")}
        meta={<span>{text("figures.intro")}</span>}
        actions={<ExportButton what="channel-figures" />}
      />
      <Panel flush>
        <div className="filter-row">
          <Segmented
            value={view}
            options={VIEWS.map((one) => ({ value: one, label: text(`figures.by.${one}`) }))}
            onChange={(next) => setSearch(next === "channel" ? {} : { by: next })}
          />
        </div>
        {view === "all" ? <Each /> : <Totals key={view} by={view} />}
      </Panel>
    </>
  );
}

function Totals({ by }: { readonly by: "channel" | "day" }) {
  const text = useText();
  const format = useFormat();
  const totals = useCall(getChannelTotals, { params: useWorkspaceParams(), query: { by } });
  const counted = useCountedColumns<Total>();
  const name = ({ key }: Total) => (by === "day" ? key : key === "" ? MISSING : key);
  return (
    <QueryView query={totals} skeleton={6}>
      {({ items, complete }) => (
        <>
          <DataTable<Total>
            label={text("nav.channelFigures")}
            rows={items}
            rowKey={({ key, currency }) => `${key} ${currency}`}
            columns={[
              { key: "key", title: text(by === "day" ? "figures.day" : "imports.figure.channel"), ellipsis: true, render: name },
              ...counted,
            ]}
            minWidth={640}
            empty={<Empty />}
            phoneRow={(one) => ({ title: name(one), detail: costOf(one, format.count), figures: format.count(one.exposures) })}
          />
          {complete ? null : <p className="muted panel-note">{text("figures.more")}</p>}
        </>
      )}
    </QueryView>
  );
}

function Each() {
  const text = useText();
  const format = useFormat();
  const figures = usePages(listChannelFigures, { params: useWorkspaceParams(), query: { limit: 50 } });
  const rows = useMemo(() => figures.data?.pages.flatMap(({ items }) => items) ?? [], [figures.data]);
  const counted = useCountedColumns<Figure>();
  const columns: readonly DataColumn<Figure>[] = [
    { key: "day", title: text("figures.day"), width: 110, render: ({ day }) => day },
    { key: "channel", title: text("imports.figure.channel"), width: 160, ellipsis: true, render: ({ channel }) => channel },
    {
      key: "campaign",
      title: text("imports.figure.campaign"),
      ellipsis: true,
      render: ({ campaign }) => (campaign === "" ? MISSING : campaign),
    },
    ...counted,
  ];
  return (
    <QueryView query={figures} skeleton={6}>
      {() => (
        <>
          <DataTable<Figure>
            label={text("nav.channelFigures")}
            rows={rows}
            rowKey={({ day, channel, campaign }) => JSON.stringify([day, channel, campaign])}
            columns={columns}
            minWidth={860}
            empty={<Empty />}
            phoneRow={(one) => ({
              title: `${one.channel} ${one.campaign}`.trim(),
              detail: `${one.day} · ${costOf(one, format.count)}`,
              figures: format.count(one.exposures),
            })}
          />
          <LoadMore pages={figures} loaded={rows.length} />
        </>
      )}
    </QueryView>
  );
}

/** Exposures, clicks and cost, and what follows from them. */
function useCountedColumns<Row extends Counted>(): readonly DataColumn<Row>[] {
  const text = useText();
  const format = useFormat();
  const rate = ({ clicks, exposures }: Row) => (exposures === 0 ? MISSING : `${((100 * clicks) / exposures).toFixed(2)}%`);
  const perClick = ({ cost, clicks, currency }: Row) => (clicks === 0 ? MISSING : `${(cost / clicks).toFixed(2)} ${currency}`.trim());
  return [
    { key: "exposures", title: text("imports.figure.exposures"), width: 120, figure: true, render: (row) => format.count(row.exposures) },
    { key: "clicks", title: text("imports.figure.clicks"), width: 110, figure: true, render: (row) => format.count(row.clicks) },
    { key: "ctr", title: text("figures.ctr"), width: 100, figure: true, render: rate },
    { key: "cost", title: text("imports.figure.cost"), width: 150, figure: true, render: (row) => costOf(row, format.count) },
    { key: "cpc", title: text("figures.cpc"), width: 140, figure: true, render: perClick },
  ];
}

function costOf({ cost, currency }: Counted, count: (value: number) => string): string {
  const [, cents = "00"] = cost.toFixed(2).split(".");
  return `${count(Math.trunc(cost))}.${cents} ${currency}`.trim();
}

function Empty() {
  const text = useText();
  const may = useMay();
  const link = useLink();
  const navigate = useNavigate();
  const open = () => void navigate(link("data/imports/new"));
  return (
    <EmptyState
      text={text("figures.empty")}
      {...(may("imports:write") ? { action: <Button onClick={open}>{text("imports.new")}</Button> } : {})}
    />
  );
}
