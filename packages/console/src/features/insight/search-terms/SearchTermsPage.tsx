import { listSearchTermPeople, querySearchTerms } from "@terrace/contract/api/insight-search-terms";
import { Segmented } from "antd";
import { useMemo } from "react";
import { formatShare, MISSING } from "../../../ui/format/numbers.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { type Shown } from "../frame/shown.ts";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom } from "../table-from.ts";
import { useGround, type Ground } from "../use-ground.ts";

type TermsAnswer = Answered<typeof querySearchTerms>;
const LISTS = ["top", "rising", "withoutResult"] as const;
type List = (typeof LISTS)[number];
type Term = TermsAnswer["body"]["top"][number];

/** Search terms: the most searched, the rising, those that find nothing, and what comes of them. */
export function SearchTermsPage() {
  return <StartGate kind="search-terms">{(facts) => <SearchTerms facts={facts} />}</StartGate>;
}

function SearchTerms({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<QueryOf<typeof querySearchTerms>>(
    () => ({ period: facts.period, search: { event: "Products Searched" } }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "search-terms", route: querySearchTerms, people: listSearchTermPeople, start });
  const list: List = LISTS.find((one) => one === analysis.view) ?? "top";
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<TermsBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={analysis.query.period} onChange={(period) => analysis.apply({ period })} />
          <Segmented
            aria-label={text("insight.shape")}
            value={list}
            onChange={(next) => analysis.show(next === "top" ? "" : next)}
            options={LISTS.map((one) => ({ value: one, label: text(`insight.search.${one}`) }))}
          />
        </>
      }
      shown={(answer) => termsShown(answer, list, ground)}
    />
  );
}

export function termsShown({ body }: TermsAnswer, list: List, ground: Ground): Shown {
  const { text, format } = ground;
  const rows = body[list];
  const count = format.measure("count");
  const changed = (change: number | null) =>
    change === null ? text("insight.search.new") : `${change >= 0 ? "↑" : "↓"} ${formatShare(Math.abs(change))}`;
  const outcome = list === "withoutResult" ? "without_result" : "searched";
  const lost = formatShare(body.total.searches === 0 ? undefined : body.total.withoutResult / body.total.searches);
  return {
    empty: body.total.searches === 0,
    figures: [
      keyFigure("searches", text("insight.search.searches"), body.total.searches, count),
      keyFigure("people", text("insight.measure.people"), body.total.people, count),
      keyFigure("terms", text("insight.search.terms"), body.total.terms, count),
      { key: "lost", name: text("insight.search.lost"), value: lost },
      keyFigure("click", text("insight.search.clickRate"), body.total.clickRate, format.measure("share")),
      keyFigure("order", text("insight.search.orderRate"), body.total.orderRate, format.measure("share")),
    ],
    spec: {
      kind: "bars",
      head: text("insight.search.term"),
      columns: [
        text("insight.search.searches"),
        text("insight.change"),
        text("insight.search.clickRate"),
        text("insight.search.orderRate"),
      ],
      rows: rows.map((row) => ({
        key: row.term,
        label: row.term,
        value: list === "withoutResult" ? row.withoutResult : row.searches,
        cells: [changed(row.change), formatShare(row.clickRate), formatShare(row.orderRate)],
      })),
      measure: format.measure("times"),
      pickable: true,
      summary: text("insight.search.summary", { count: format.figure(body.total.searches), first: body.top[0]?.term ?? MISSING, lost }),
    },
    cellOf: (pick) => (pick.kind === "bar" ? { term: pick.key, outcome } : undefined),
    ranked: {
      head: text("insight.search.term"),
      name: text(list === "withoutResult" ? "insight.search.withoutResult" : "insight.search.searches"),
      measure: format.measure("times"),
      rows: rows.map((row) => ({ key: row.term, label: row.term, value: list === "withoutResult" ? row.withoutResult : row.searches })),
    },
    table: tableFrom<Term>(
      [
        { key: "term", title: text("insight.search.term"), words: true, cell: ({ term }) => ({ text: term, value: term }) },
        {
          key: "searches",
          title: text("insight.search.searches"),
          lead: true,
          cell: ({ searches }) => ({ text: format.count(searches), value: searches }),
        },
        {
          key: "people",
          title: text("insight.measure.people"),
          cell: ({ term, people }) => ({
            text: format.count(people),
            value: people,
            ...(people === 0 ? {} : { cell: { term, outcome: "searched" } }),
          }),
        },
        {
          key: "lost",
          title: text("insight.search.withoutResult"),
          cell: ({ term, withoutResult }) => ({
            text: format.count(withoutResult),
            value: withoutResult,
            ...(withoutResult === 0 ? {} : { cell: { term, outcome: "without_result" } }),
          }),
        },
        {
          key: "clicked",
          title: text("insight.search.clickRate"),
          cell: ({ term, clicked, clickRate }) => ({
            text: formatShare(clickRate),
            value: clickRate,
            ...(clicked === 0 ? {} : { cell: { term, outcome: "clicked" } }),
          }),
        },
        {
          key: "ordered",
          title: text("insight.search.orderRate"),
          cell: ({ term, ordered, orderRate }) => ({
            text: formatShare(orderRate),
            value: orderRate,
            ...(ordered === 0 ? {} : { cell: { term, outcome: "ordered" } }),
          }),
        },
        { key: "change", title: text("insight.change"), lead: true, cell: ({ change }) => ({ text: changed(change), value: change }) },
      ],
      rows,
      ({ term }) => term,
    ),
    behind: (cell) => {
      const row = [...body.top, ...body.rising, ...body.withoutResult].find(({ term }) => term === cell["term"]);
      if (row === undefined) return undefined;
      const chosen = (["without_result", "clicked", "ordered"] as const).find((one) => one === cell["outcome"]) ?? "searched";
      return {
        title: row.term,
        detail: text(`insight.search.outcome.${chosen}`),
        ...(chosen === "searched" ? { people: row.people } : {}),
      };
    },
  };
}

function TermsBuilder({ analysis, ground: { text } }: { readonly analysis: Analysis<typeof querySearchTerms>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const search = draft.search ?? { event: "Products Searched" };
  const order = draft.order ?? { event: "Order Completed" };
  return (
    <>
      <BuilderSection title={text("insight.search.event")}>
        <SelectorRow
          any={false}
          selector={search}
          period={draft.period}
          label={text("insight.search.event")}
          onChange={(selector) => edit({ search: selector })}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.rfm.orderEvent")}>
        <SelectorRow
          any={false}
          selector={order}
          period={draft.period}
          label={text("insight.rfm.orderEvent")}
          onChange={(selector) => edit({ order: selector })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={[search.event, order.event]} />
      <Groups analysis={analysis} events={[search.event]} ofPeople />
    </>
  );
}
