import { listLtvPeople, queryLtv } from "@terrace/contract/api/insight-ltv";
import { COHORT_STARTS, LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { Select } from "antd";
import { useMemo } from "react";
import type { HeatSpec } from "../../../ui/chart/chart-spec.ts";
import { addDays } from "../../../ui/format/dates.ts";
import { MISSING } from "../../../ui/format/numbers.ts";
import { Filters } from "../Filters.tsx";
import { AnalysisPage, type Shown } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../frame/BuilderSection.tsx";
import { intervalName } from "../frame/interval-names.ts";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom } from "../table-from.ts";
import { useGround, type Ground } from "../use-ground.ts";

type LtvAnswer = Answered<typeof queryLtv>;
type LtvQuery = QueryOf<typeof queryLtv>;
const YEAR = 365;

/** LTV: what a cohort brought per head by its age, net of refunds. */
export function LtvPage() {
  return <StartGate kind="ltv">{(facts) => <Ltv facts={facts} />}</StartGate>;
}

function Ltv({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<LtvQuery>(
    () => ({
      period: "to" in facts.period ? { from: addDays(facts.period.to, -YEAR), to: facts.period.to } : { last: 6, unit: "month" },
      interval: "month",
      cohortBy: "first_order",
    }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "ltv", route: queryLtv, people: listLtvPeople, start });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      noData={facts.events.length === 0}
      builder={<LtvBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <Select
            aria-label={text("insight.ltv.cohort")}
            value={query.interval ?? "month"}
            onChange={(interval) => apply({ interval })}
            options={LTV_UNITS.map((unit) => ({ value: unit, label: text(`insight.by.${unit}`) }))}
          />
        </>
      }
      shown={(answer) => ltvShown(answer, ground)}
    />
  );
}

export function ltvShown(answer: LtvAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body, query } = answer;
  const [group] = body.groups;
  const cohorts = (group?.cohorts ?? []).map((cohort, at) => ({ ...cohort, at })).filter(({ size }) => size > 0);
  const money = format.measure("money");
  const unit = query.interval ?? "month";
  const last = group?.mean.findLast(({ perHead }) => perHead !== null);
  const sum = (pick: (cohort: (typeof cohorts)[number]) => number) => cohorts.reduce((all, cohort) => all + pick(cohort), 0);
  const round = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(value));
  return {
    empty: cohorts.length === 0,
    figures: [
      { key: "people", name: text("insight.measure.people"), value: format.figure(group?.size) },
      {
        key: "ltv",
        name: text("insight.ltv.last", { count: group?.mean.indexOf(last ?? { netMinor: 0, people: 0, perHead: 0 }) ?? 0 }),
        value: money.short(round(last?.perHead)),
      },
      { key: "gross", name: text("insight.ltv.gross"), value: money.short(sum(({ grossMinor }) => grossMinor)) },
      { key: "refunds", name: text("insight.ltv.refunds"), value: money.short(sum(({ refundsMinor }) => refundsMinor)) },
    ],
    spec: ltvSpec(cohorts, body.ages, { answer, ground }),
    cellOf: (pick) => (pick.kind === "cell" ? { cohort: Number(pick.row), paidBy: Number(pick.column) } : undefined),
    table: tableFrom(
      [
        {
          key: "cohort",
          title: text("insight.ltv.cohort"),
          words: true,
          cell: (cohort) => ({ text: intervalName(cohort, unit, format), value: cohort.label }),
        },
        {
          key: "size",
          title: text("insight.measure.people"),
          lead: true,
          cell: ({ size, at }) => ({ text: format.count(size), value: size, cell: { cohort: at } }),
        },
        {
          key: "gross",
          title: text("insight.ltv.gross"),
          cell: ({ grossMinor }) => ({ text: money.exact(grossMinor), value: money.plain(grossMinor) }),
        },
        {
          key: "refunds",
          title: text("insight.ltv.refunds"),
          cell: ({ refundsMinor }) => ({ text: money.exact(refundsMinor), value: money.plain(refundsMinor) }),
        },
        {
          key: "now",
          title: text("insight.ltv.perHead"),
          lead: true,
          cell: ({ cells }) => {
            const value = round(cells.at(-1)?.perHead);
            return { text: money.exact(value), value: value === null ? null : money.plain(value), tone: "strong" as const };
          },
        },
        {
          key: "cost",
          title: text("insight.ltv.cost"),
          cell: ({ costMinor }) => ({ text: money.exact(costMinor), value: costMinor === null ? null : money.plain(costMinor) }),
        },
        {
          key: "payback",
          title: text("insight.ltv.payback"),
          cell: ({ paybackAge }) => ({ text: paybackAge === null ? MISSING : format.count(paybackAge), value: paybackAge }),
        },
      ],
      cohorts,
      ({ from }) => from,
    ),
    behind: (cell) => {
      const cohort = group?.cohorts[Number(cell["cohort"])];
      if (cohort === undefined) return undefined;
      const age = typeof cell["paidBy"] === "number" ? cell["paidBy"] : undefined;
      return {
        title: intervalName(cohort, unit, format),
        detail: age === undefined ? text("insight.ltv.ofCohort") : text("insight.ltv.paidBy", { age }),
        people: age === undefined ? cohort.size : cohort.cells[age]?.payers,
      };
    },
  };
}

type Cohort = LtvAnswer["body"]["groups"][number]["cohorts"][number] & { readonly at: number };

/** Net revenue per head by cohort and age; what is not over may still grow. */
function ltvSpec(
  cohorts: readonly Cohort[],
  ages: number,
  { answer, ground }: { readonly answer: LtvAnswer; readonly ground: Ground },
): HeatSpec {
  const { text, format } = ground;
  const money = format.measure("money");
  const unit = answer.query.interval ?? "month";
  const mean = answer.body.groups[0]?.mean ?? [];
  const shownAges = Math.min(ages, Math.max(0, ...cohorts.map(({ cells }) => cells.length)));
  const cellOf = (perHead: number | null | undefined, open: boolean) =>
    perHead === null || perHead === undefined ? { value: null, text: "" } : { value: Math.round(perHead), unfinished: open };
  return {
    kind: "heat",
    head: text("insight.ltv.cohort"),
    leads: [text("insight.measure.people")],
    columns: Array.from({ length: shownAges }, (_, age) => ({ key: `${age}`, label: `${age}` })),
    rows: [
      {
        key: "mean",
        label: text("insight.ltv.mean"),
        leads: [""],
        total: true,
        cells: mean.slice(0, shownAges).map(({ perHead }) => cellOf(perHead, false)),
      },
      ...cohorts.map((cohort) => ({
        key: `${cohort.at}`,
        label: intervalName(cohort, unit, format),
        leads: [format.count(cohort.size)],
        cells: cohort.cells.map(({ perHead, complete }) => cellOf(perHead, !complete)),
      })),
    ],
    scale: "sequential",
    measure: money,
    pickable: true,
    summary: text("insight.ltv.summary", { count: cohorts.length, people: format.figure(answer.body.groups[0]?.size) }),
  };
}

function LtvBuilder({ analysis, ground: { text } }: { readonly analysis: Analysis<typeof queryLtv>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const orders = draft.orders ?? { event: "Order Completed" };
  const refunds = draft.refunds ?? { event: "Order Refunded" };
  return (
    <>
      <BuilderSection title={text("insight.ltv.cohortBy")}>
        <Select
          className="field-picker"
          aria-label={text("insight.ltv.cohortBy")}
          value={draft.cohortBy ?? "first_order"}
          onChange={(cohortBy) => edit({ cohortBy })}
          options={COHORT_STARTS.map((one) => ({ value: one, label: text(`insight.ltv.start.${one}`) }))}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.rfm.orderEvent")}>
        <SelectorRow
          any={false}
          selector={orders}
          period={draft.period}
          label={text("insight.rfm.orderEvent")}
          onChange={(selector) => edit({ orders: selector })}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.rfm.refundEvent")}>
        <SelectorRow
          any={false}
          selector={refunds}
          period={draft.period}
          label={text("insight.rfm.refundEvent")}
          onChange={(selector) => edit({ refunds: selector })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={[orders.event, refunds.event]} />
    </>
  );
}
