import { listChannelPeople, queryChannels } from "@terrace/contract/api/insight-channels";
import { CHANNEL_STAGES } from "@terrace/domain/insight/channels/channel-terms";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useMay } from "../../../app/workspace/workspace-context.ts";
import type { BarsSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { type Shown } from "../frame/shown.ts";
import { BreakdownPicker } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { UsedEventsSection } from "../frame/UsedEventsSection.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom } from "../table-from.ts";
import { eventWords, useGround, type Ground } from "../use-ground.ts";
import { channelWords, isByChannel } from "../value-words.ts";
import { TermsDrawer } from "./TermsDrawer.tsx";
import { SwitchSetting } from "../frame/settings.tsx";

type ChannelsAnswer = Answered<typeof queryChannels>;
type ChannelsQuery = QueryOf<typeof queryChannels>;
type Row = ChannelsAnswer["body"]["rows"][number];

/** The channel report: from exposure to repurchase, with cost, CAC and ROI. */
export function ChannelsPage() {
  return <StartGate kind="channels">{(facts) => <Channels facts={facts} />}</StartGate>;
}

function Channels({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const may = useMay();
  const [terms, setTerms] = useState(false);
  const start = useMemo<ChannelsQuery>(() => ({ period: "to" in facts.period ? facts.period : { last: 90, unit: "day" } }), [facts]);
  const analysis = useAnalysis({ kind: "channels", route: queryChannels, people: listChannelPeople, start });
  return (
    <>
      <AnalysisPage
        analysis={analysis}
        groups={channelGroups}
        noData={facts.events.length === 0}
        builder={<ChannelsBuilder analysis={analysis} ground={ground} />}
        toolbar={
          <>
            <PeriodPicker period={analysis.query.period} onChange={(period) => analysis.apply({ period })} />
            <Button onClick={() => setTerms(true)}>
              {text(may("events:define") ? "insight.channels.terms" : "insight.channels.seeTerms")}
            </Button>
          </>
        }
        shown={(answer) => channelsShown(answer, ground)}
      />
      {terms ? <TermsDrawer onClose={() => setTerms(false)} /> : null}
    </>
  );
}

/** Channels show and cost for everybody: of some people nothing of that is known. */
const NO_COST = {
  exposures: 0,
  clicks: 0,
  importedCostMinor: 0,
  feeMinor: 0,
  shareMinor: 0,
  costMinor: 0,
  conversion: null,
  costPerRegistration: null,
  cac: null,
  roi: null,
} as const;
type GroupFigures = NonNullable<ChannelsAnswer["body"]["comparison"]>;

/** The parts of an answer; groups have no cost of their own. */
export function channelGroups({ query, body }: ChannelsAnswer) {
  const filled = (figures: GroupFigures) => ({
    ...figures,
    total: { ...NO_COST, ...figures.total },
    rows: figures.rows.map((row) => ({ ...NO_COST, ...row })),
  });
  const { breakdown, comparison, ...whole } = body;
  return inGroups({
    query,
    body: {
      ...whole,
      ...(breakdown === undefined ? {} : { breakdown: breakdown.map((group) => ({ ...group, figures: filled(group.figures) })) }),
      ...(comparison === undefined ? {} : { comparison: filled(comparison) }),
    },
  });
}

export function channelsShown(answer: ChannelsAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const [money, count] = [format.measure("money"), format.measure("count")];
  const minor = (value: number | null) => ({
    text: value === null ? MISSING : money.short(Math.round(value)),
    value: value === null ? null : money.plain(value),
  });
  const rate = (value: number | null) => ({ text: formatShare(value), value });
  const named = ({ channel, campaign }: Pick<Row, "channel" | "campaign">) =>
    `${channel === null ? text("insight.attribution.untouched") : isByChannel(answer.query.by?.[0]) ? channelWords(channel) : channel}${campaign === null ? "" : ` · ${campaign}`}`;
  const cellOf = (row: Row, stage: (typeof CHANNEL_STAGES)[number]) => ({
    stage,
    channel: row.channel,
    ...(answer.query.byCampaign === true ? { campaign: row.campaign } : {}),
  });
  const people = (row: Row, stage: (typeof CHANNEL_STAGES)[number]) => ({
    text: format.count(row[stage]),
    value: row[stage],
    ...(row[stage] === 0 ? {} : { cell: cellOf(row, stage) }),
  });
  return {
    empty: body.rows.length === 0,
    figures: [
      keyFigure("people", text("insight.channels.people"), body.total.people, count),
      keyFigure("customers", text("insight.channels.customers"), body.total.customers, count),
      keyFigure("net", text("insight.rfm.paid"), body.total.netMinor, money),
      keyFigure("cost", text("insight.ltv.cost"), body.total.costMinor === 0 ? null : body.total.costMinor, money),
      keyFigure("cac", "CAC", body.total.cac === null ? null : Math.round(body.total.cac), money),
      keyFigure("roi", "ROI", body.total.roi, format.measure("share")),
    ],
    spec: channelsSpec(body.rows, named, ground),
    cellOf: (pick) => {
      const row = pick.kind === "bar" ? body.rows[Number(pick.key)] : undefined;
      return row === undefined ? undefined : cellOf(row, "people");
    },
    more: (
      <>
        {body.rows.every(({ channel }) => channel === null) ? <p className="chart-note">{text("insight.attribution.noTouches")}</p> : null}
        <p className="chart-note">
          {text("insight.channels.ofNewPeople", {
            event: body.basis.registration.map(({ event }) => eventWords(event, ground)).join(" / "),
          })}
        </p>
        {body.costInOtherCurrency ? <p className="chart-note">{text("insight.channels.otherCurrency")}</p> : null}
        {body.rows.some(({ people, costMinor }) => people === 0 && costMinor > 0) ? (
          <p className="chart-note">{text("insight.channels.unmatched")}</p>
        ) : null}
      </>
    ),
    table: tableFrom<Row>(
      [
        { key: "channel", title: text("insight.channels.channel"), words: true, cell: (row) => ({ text: named(row), value: named(row) }) },
        {
          key: "kind",
          title: text("insight.channels.kind"),
          words: true,
          // People whom nothing touched came by no channel of any kind.
          cell: (row) => ({ text: row.channel === null ? MISSING : text(`insight.channels.kind.${row.kind}`), value: row.kind }),
        },
        {
          key: "exposures",
          title: text("insight.channels.exposures"),
          cell: (row) => ({ text: row.exposures === 0 ? MISSING : format.count(row.exposures), value: row.exposures }),
        },
        { key: "people", title: text("insight.channels.people"), lead: true, cell: (row) => people(row, "people") },
        {
          key: "registered",
          title: text("insight.channels.registered"),
          cell: (row) => ({ ...people(row, "registered"), share: formatShare(row.registration) }),
        },
        {
          key: "customers",
          title: text("insight.channels.customers"),
          cell: (row) => ({ ...people(row, "customers"), share: formatShare(row.firstOrder) }),
        },
        {
          key: "repeaters",
          title: text("insight.channels.repeaters"),
          cell: (row) => ({ ...people(row, "repeaters"), share: formatShare(row.repurchase) }),
        },
        { key: "ltv", title: "LTV", cell: (row) => minor(row.ltv) },
        { key: "net", title: text("insight.rfm.paid"), cell: (row) => minor(row.netMinor) },
        { key: "cost", title: text("insight.ltv.cost"), cell: (row) => minor(row.costMinor === 0 ? null : row.costMinor) },
        { key: "cac", title: "CAC", cell: (row) => minor(row.costMinor === 0 ? null : row.cac) },
        { key: "roi", title: "ROI", lead: true, cell: (row) => rate(row.roi) },
      ],
      // As in the chart; then what cost most of those that brought nobody.
      body.rows.toSorted((a, b) => b.people - a.people || b.costMinor - a.costMinor),
      rowKey,
    ),
    ranked: {
      head: text("insight.channels.channel"),
      name: text("insight.channels.people"),
      measure: format.measure("people"),
      rows: body.rows
        .filter((row) => row.people > 0)
        .toSorted((a, b) => b.people - a.people)
        .map((row) => ({ key: rowKey(row), label: named(row), value: row.people })),
    },
    behind: (cell) => {
      const row = body.rows.find(
        ({ channel, campaign }) => channel === cell["channel"] && (cell["campaign"] === undefined || campaign === cell["campaign"]),
      );
      const stage = CHANNEL_STAGES.find((one) => one === cell["stage"]) ?? "people";
      return row === undefined ? undefined : { title: named(row), detail: text(`insight.channels.${stage}`), people: row[stage] };
    },
  };
}

const rowKey = ({ channel, campaign }: Pick<Row, "channel" | "campaign">) => JSON.stringify([channel, campaign]);

/** Channels by whom they brought; net revenue per head, cost per customer and return beside. */
function channelsSpec(rows: readonly Row[], named: (row: Row) => string, { text, format }: Ground): BarsSpec {
  const money = format.measure("money");
  const drawn = rows
    .map((row, at) => ({ row, at }))
    .filter(({ row }) => row.people > 0)
    .toSorted((a, b) => b.row.people - a.row.people)
    .slice(0, 15);
  const [best] = rows.filter(({ roi, people }) => roi !== null && people > 0).toSorted((a, b) => (b.roi ?? 0) - (a.roi ?? 0));
  return {
    kind: "bars",
    head: text("insight.channels.channel"),
    columns: [
      text("insight.channels.people"),
      text("insight.channels.registration"),
      text("insight.channels.firstOrder"),
      "LTV",
      "CAC",
      "ROI",
    ],
    // Whom nobody came from (figures of channels under another name) stands in the table.
    rows: drawn.map(({ row, at }) => ({
      key: `${at}`,
      label: named(row),
      value: row.people,
      cells: [
        formatShare(row.registration),
        formatShare(row.firstOrder),
        row.ltv === null ? MISSING : money.short(Math.round(row.ltv)),
        row.cac === null || row.costMinor === 0 ? MISSING : money.short(Math.round(row.cac)),
        formatShare(row.roi),
      ],
    })),
    measure: format.measure("people"),
    pickable: true,
    summary: text("insight.channels.summary", {
      count: rows.length,
      best: best === undefined ? MISSING : named(best),
      roi: formatShare(best?.roi),
    }),
  };
}

function ChannelsBuilder({ analysis, ground: { text } }: { readonly analysis: Analysis<typeof queryChannels>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const answered = analysis.answer.data;
  return (
    <>
      <BreakdownPicker
        title={text("insight.channels.by")}
        by={draft.by?.[0] ?? { column: "utmSource" }}
        events={[null]}
        onChange={(by) => edit({ by: by === undefined ? undefined : ([by] as ChannelsQuery["by"]) })}
      />
      <UsedEventsSection
        title={text("insight.channels.registrationEvent")}
        named={draft.registration}
        // The basis of a question that names its events says nothing of the workspace's.
        used={answered?.query.registration === undefined ? answered?.body.basis.registration : undefined}
        period={draft.period}
        onChange={(registration) => edit({ registration })}
      />
      <BuilderSection title={text("insight.paths.shape")}>
        <SwitchSetting
          name={text("insight.channels.byCampaign")}
          on={draft.byCampaign === true}
          onChange={(byCampaign) => edit({ byCampaign })}
        />
        <SwitchSetting
          name={text("insight.channels.lastTouch")}
          on={draft.touch === "last"}
          onChange={(last) => edit({ touch: last ? "last" : "first" })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={[null]} />
      <Groups analysis={analysis} events={[null]} ofPeople previous={false} />
    </>
  );
}
