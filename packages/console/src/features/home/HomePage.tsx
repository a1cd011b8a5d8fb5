import { getOverview } from "@terrace/contract/api/live";
import { ReloadOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useAddress } from "../../app/workspace/use-address.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { AttentionCard } from "../attention/AttentionCard.tsx";
import { LiveCard } from "../live/LiveCard.tsx";
import { SimulationNote } from "../simulation/SimulationNote.tsx";
import { ChangesCard } from "./ChangesCard.tsx";
import { KeyFigures } from "./KeyFigures.tsx";
import { KeyFiguresSkeleton } from "./KeyFiguresSkeleton.tsx";
import { TopEvents } from "./TopEvents.tsx";
import { TrendCard } from "./TrendCard.tsx";
import type { FigureId } from "./figures.ts";
import { isFigureId } from "./figures.ts";
import "./home.css";
import type { Overview } from "./answers.ts";

const PERIODS = [7, 28, 90] as const;

/** Today's work at a glance: figures against the period before, the trend, what comes in, what waits. */
export function HomePage() {
  const text = useText();
  const may = useMay();
  const params = useWorkspaceParams();
  const { search, set } = useAddress();
  const days = PERIODS.find((one) => String(one) === search.get("days")) ?? 28;
  const asked = search.get("figure");
  const until = /^\d{4}-\d{2}-\d{2}$/.test(search.get("until") ?? "") ? (search.get("until") ?? "") : "";
  const overview = useCall(
    getOverview,
    { params, query: { days, ...(until === "" ? {} : { until }) } },
    { keepPrevious: true, refetchMs: 60_000 },
  );
  const chosen: FigureId = isFigureId(asked) ? asked : (overview.data?.figures.at(-1)?.id ?? "events");
  return (
    <>
      <PageHeader
        title={text("nav.home")}
        meta={<HomeMeta overview={overview.data} onUntil={(value) => set("until", value)} />}
        actions={
          <HomeActions
            until={overview.data?.to ?? ""}
            onUntil={(value) => set("until", value)}
            days={days}
            onDays={(value) => set("days", String(value))}
            updatedMs={overview.dataUpdatedAt}
            busy={overview.isFetching}
            onRefresh={() => void overview.refetch()}
          />
        }
      />
      <SimulationNote />
      <QueryView query={overview} skeleton={<KeyFiguresSkeleton />}>
        {(data) =>
          data.dataTo === null ? (
            <NoEvents />
          ) : (
            <KeyFigures overview={data} days={days} chosen={chosen} onChoose={(id) => set("figure", id)} />
          )
        }
      </QueryView>
      <div className="home-grid">
        <TrendCard overview={overview.data} days={days} figure={chosen} />
        <TopEvents overview={overview} />
        <LiveCard />
        <AttentionCard />
        {may("audit:read") ? <ChangesCard /> : null}
      </div>
    </>
  );
}

function HomeMeta({ overview, onUntil }: { readonly overview: Overview | undefined; readonly onUntil: (day: string) => void }) {
  const text = useText();
  const format = useFormat();
  if (overview === undefined) return <span>&nbsp;</span>;
  return (
    <>
      <span>{format.rangeOfDays(overview.from, overview.to)}</span>
      {overview.toReason === "newest" ? <span>{text("home.nothingNewer")}</span> : null}
      {overview.toReason === "before_few" ? (
        <span>
          {text("home.fewSince")}{" "}
          <Button
            type="link"
            size="small"
            className="meta-link"
            onClick={() => onUntil(format.day(Math.min(Date.now(), Date.parse(overview.dataTo ?? ""))))}
          >
            {text("home.showFew")}
          </Button>
        </span>
      ) : null}
      <span>{text("home.people", { count: format.figure(overview.people) })}</span>
      {overview.ordersInOtherCurrency > 0 ? (
        <span>{text("home.otherCurrency", { count: format.figure(overview.ordersInOtherCurrency) })}</span>
      ) : null}
    </>
  );
}

type HomeActionsProps = {
  readonly until: string;
  readonly onUntil: (day: string) => void;
  readonly days: number;
  readonly onDays: (days: number) => void;
  readonly updatedMs: number;
  readonly busy: boolean;
  readonly onRefresh: () => void;
};

function HomeActions({ until, onUntil, days, onDays, updatedMs, busy, onRefresh }: HomeActionsProps) {
  const text = useText();
  const format = useFormat();
  return (
    <>
      <label className="until desk-only">
        <span className="muted">{text("home.until")}</span>
        <Input type="date" value={until} onChange={(event) => onUntil(event.target.value)} />
      </label>
      <Select<number>
        value={days}
        onChange={onDays}
        aria-label={text("home.period")}
        options={PERIODS.map((one) => ({ value: one, label: text("home.lastDays", { count: one }) }))}
        className="period-select"
      />
      <Button className="desk-only" icon={<ReloadOutlined spin={busy} />} onClick={onRefresh}>
        {updatedMs === 0 ? text("common.refresh") : text("common.updatedAt", { time: format.clock(updatedMs) })}
      </Button>
    </>
  );
}

function NoEvents() {
  const text = useText();
  const link = useLink();
  return (
    <Panel>
      <EmptyState
        text={text("home.noEvents")}
        action={
          <Link to={link("start")}>
            <Button type="primary">{text("home.sendFirst")}</Button>
          </Link>
        }
      />
    </Panel>
  );
}
