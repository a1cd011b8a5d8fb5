import { getFigures, type ReferralFigures } from "@terrace/contract/api/referral-tree";
import type { ProgramView } from "@terrace/contract/api/referrals";
import { Segmented } from "antd";
import { useState } from "react";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { ChangeText } from "../../ui/ChangeText.tsx";
import { ChartPanel } from "../../ui/chart/ChartPanel.tsx";
import { changeOf, formatShare } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { InvitersPanel } from "./InvitersPanel.tsx";
import { LIVE_MS } from "./referral-paths.ts";
import "../segments/segments.css";
import "./referrals.css";

const SPANS = [7, 30, 90, 365] as const;
type Span = (typeof SPANS)[number];
const DAY_MS = 86_400_000;

/** What a program brought in the last days, against the days before them. */
export function FiguresTab({ program }: { readonly program: ProgramView }) {
  const text = useText();
  const { day } = useFormat();
  const [span, setSpan] = useState<Span>(30);
  const from = new Date(Date.parse(`${day(Date.now())}T00:00:00Z`) - (span - 1) * DAY_MS).toISOString().slice(0, 10);
  const params = { ...useWorkspaceParams(), program: program.id };
  const figures = useCall(getFigures, { params, query: { from } }, { keepPrevious: true, refetchMs: LIVE_MS });
  return (
    <div className="stack">
      <Segmented<Span>
        className="referral-span"
        aria-label={text("referrals.period")}
        value={span}
        onChange={setSpan}
        options={SPANS.map((days) => ({ value: days, label: text("referrals.lastDays", { days }) }))}
      />
      <QueryView query={figures} skeleton={6}>
        {({ now, before }) => (
          <div className="stack">
            <KeyFigures now={now} before={before} />
            <Viral of={now} days={program.convertWithinDays} />
            <Generations of={now} />
          </div>
        )}
      </QueryView>
      <InvitersPanel programId={program.id} from={from} />
    </div>
  );
}

function KeyFigures({ now, before }: { readonly now: ReferralFigures; readonly before: ReferralFigures }) {
  const text = useText();
  const format = useFormat();
  const days = now.daysToConvert.median;
  const figures: readonly { readonly name: string; readonly value: string; readonly was?: readonly [number, number] }[] = [
    { name: text("referrals.codesGiven"), value: format.count(now.codes), was: [now.codes, before.codes] },
    { name: text("referrals.clicks"), value: format.count(now.clicks), was: [now.clicks, before.clicks] },
    { name: text("referrals.bound"), value: format.count(now.bound), was: [now.bound, before.bound] },
    { name: text("referrals.converted"), value: format.count(now.converted), was: [now.converted, before.converted] },
    { name: text("referrals.rate"), value: formatShare(now.conversionRate) },
    { name: text("referrals.revenue"), value: format.money(now.revenueMinor), was: [now.revenueMinor, before.revenueMinor] },
    {
      name: text("referrals.daysToConvert"),
      value: days === null ? "—" : format.duration(days * DAY_MS),
    },
  ];
  return (
    <Panel>
      <dl className="segment-facts">
        {figures.map(({ name, value, was }) => {
          const change = was === undefined ? undefined : changeOf(...was);
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="segment-size">{value}</dd>
              <dd className="small">{change === undefined ? null : <ChangeText change={change} />}</dd>
            </div>
          );
        })}
      </dl>
    </Panel>
  );
}

/** The k-factor, with what it is made of in words. */
function Viral({ of: { viral }, days }: { readonly of: ReferralFigures; readonly days: number }) {
  const text = useText();
  const format = useFormat();
  const { k, participants, brought, converted, invitationsPerParticipant, conversionRate, complete } = viral;
  const short = (value: number | null): string => (value === null ? "—" : value.toFixed(value < 0.1 ? 3 : 2));
  return (
    <Panel title={text("referrals.k")}>
      <div className="referral-k">
        <span className="segment-size">{short(k)}</span>
        <div>
          <p>
            {text("referrals.kFormula", {
              participants: format.count(participants),
              brought: format.count(brought),
              converted: format.count(converted),
              i: short(invitationsPerParticipant),
              c: formatShare(conversionRate),
              days,
            })}
          </p>
          <p className="small muted">{text(k !== null && k >= 1 ? "referrals.kGrows" : "referrals.kShrinks")}</p>
          {complete ? null : <p className="small muted">{text("referrals.kUnfinished")}</p>}
        </div>
      </div>
    </Panel>
  );
}

function Generations({ of: { generations } }: { readonly of: ReferralFigures }) {
  const text = useText();
  const format = useFormat();
  return (
    <ChartPanel
      title={text("referrals.byGeneration")}
      spec={{
        kind: "bars",
        head: text("referrals.generation"),
        columns: [text("referrals.bound"), text("referrals.converted"), text("referrals.rate"), text("referrals.revenue")],
        rows: generations.map(({ generation, people, converted, rate, revenueMinor }) => ({
          key: String(generation),
          label: text("referrals.generationN", { generation }),
          value: people,
          cells: [format.count(converted), formatShare(rate), format.money(revenueMinor)],
        })),
        measure: format.measure("people"),
        summary: text("referrals.generationsSummary", { count: generations.length }),
      }}
    />
  );
}
