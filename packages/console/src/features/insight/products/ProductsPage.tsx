import { listProductPeople, queryProducts } from "@terrace/contract/api/insight-products";
import { PRODUCT_STAGES } from "@terrace/domain/insight/products/product-report";
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
import { ordersOf } from "../frame/OrderSections.tsx";
import { UsedEventsSection } from "../frame/UsedEventsSection.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom, type ColumnOf } from "../table-from.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { NumberSetting } from "../frame/settings.tsx";

type ProductsAnswer = Answered<typeof queryProducts>;
type ProductsQuery = QueryOf<typeof queryProducts>;
type Row = ProductsAnswer["body"]["rows"][number];
type Stage = (typeof PRODUCT_STAGES)[number];
const DRAWN = 15;
/** The key of orders that name no item: none is called so. */
const UNNAMED = "\u0000";
const FORECAST = { days: 14, leadDays: 14 };

/** The product report: views, carts, orders and repurchase by item or category, with expected demand and stock. */
export function ProductsPage() {
  return <StartGate kind="products">{(facts) => <Products facts={facts} />}</StartGate>;
}

function Products({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text } = ground;
  const start = useMemo<ProductsQuery>(
    () => ({ period: facts.period, by: "item", top: 50, ...("to" in facts.period ? {} : { forecast: FORECAST }) }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "products", route: queryProducts, people: listProductPeople, start });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<ProductsBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <Segmented
            aria-label={text("insight.products.by")}
            value={query.by ?? "item"}
            onChange={(by) => apply({ by, forecast: by === "item" && !("to" in facts.period) ? FORECAST : undefined })}
            options={(["item", "category"] as const).map((value) => ({ value, label: text(`insight.products.by.${value}`) }))}
          />
        </>
      }
      shown={(answer) => productsShown(answer, ground)}
    />
  );
}

export function productsShown(answer: ProductsAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body, query } = answer;
  const [money, count] = [format.measure("money"), format.measure("count")];
  const named = (row: Row) => (row.item === null ? text("insight.products.unnamed") : row.name === "" ? row.item : row.name);
  const drawn = body.rows.slice(0, DRAWN);
  const people = (key: Exclude<Stage, "bought_after_view">): ColumnOf<Row> => ({
    key,
    title: text(`insight.products.${key}`),
    cell: (row) => ({ text: format.count(row[key]), value: row[key], ...(row[key] === 0 ? {} : { cell: { item: row.item, stage: key } }) }),
  });
  const short = body.rows.filter(({ demand }) => demand?.runsOut === true).length;
  return {
    empty: body.rows.length === 0,
    figures: [
      keyFigure("items", text(`insight.products.count.${query.by ?? "item"}`), body.total.items, count),
      keyFigure("net", text("insight.rfm.paid"), body.total.netMinor, money),
      keyFigure("units", text("insight.products.units"), body.total.units, count),
      ...(query.forecast === undefined ? [] : [{ key: "short", name: text("insight.products.runOut"), value: format.count(short) }]),
    ],
    spec: {
      kind: "bars",
      head: text(`insight.products.by.${query.by ?? "item"}`),
      columns: [
        text("insight.rfm.paid"),
        text("insight.products.buyers"),
        text("insight.products.conversion"),
        text("insight.products.repurchase"),
      ],
      rows: drawn.map((row, i) => ({
        key: `${i}`,
        label: named(row),
        value: row.netMinor,
        cells: [format.count(row.buyers), formatShare(row.conversion), formatShare(row.repurchase)],
      })),
      measure: money,
      pickable: true,
      summary: text("insight.products.summary", {
        count: body.total.items,
        best: drawn[0] === undefined ? MISSING : named(drawn[0]),
        share: formatShare(body.total.netMinor === 0 || drawn[0] === undefined ? undefined : drawn[0].netMinor / body.total.netMinor),
      }),
    },
    cellOf: (pick) => {
      const row = pick.kind === "bar" ? body.rows[Number(pick.key)] : undefined;
      return row === undefined || row.buyers === 0 ? undefined : { item: row.item, stage: "buyers" };
    },
    ranked: {
      head: text(`insight.products.by.${query.by ?? "item"}`),
      name: text("insight.rfm.paid"),
      measure: money,
      rows: body.rows.map((row) => ({ key: row.item ?? UNNAMED, label: named(row), value: row.netMinor })),
    },
    table: tableFrom<Row>(
      [
        {
          key: "item",
          title: text(`insight.products.by.${query.by ?? "item"}`),
          words: true,
          cell: (row) => ({ text: named(row), value: row.item ?? "" }),
        },
        people("viewers"),
        people("adders"),
        people("buyers"),
        {
          key: "conversion",
          title: text("insight.products.conversion"),
          cell: (row) => ({ text: formatShare(row.conversion), value: row.conversion }),
        },
        people("repeaters"),
        { key: "units", title: text("insight.products.units"), cell: (row) => ({ text: format.count(row.units), value: row.units }) },
        {
          key: "net",
          title: text("insight.rfm.paid"),
          lead: true,
          cell: (row) => ({ text: money.exact(row.netMinor), value: money.plain(row.netMinor), tone: "strong" as const }),
        },
        ...(query.forecast === undefined ? [] : demandColumns(ground)),
      ],
      body.rows,
      (row) => row.item ?? UNNAMED,
    ),
    behind: (cell) => {
      const row = body.rows.find(({ item }) => item === cell["item"]);
      const stage = PRODUCT_STAGES.find((one) => one === cell["stage"]) ?? "buyers";
      return row === undefined
        ? undefined
        : {
            title: named(row),
            detail: text(`insight.products.${stage}`),
            people: stage === "bought_after_view" ? row.viewersWhoBought : row[stage],
          };
    },
  };
}

/** Expected demand with how far it was off on the past, and how long the stock lasts. */
function demandColumns({ text, format }: Ground): readonly ColumnOf<Row>[] {
  return [
    {
      key: "demand",
      title: text("insight.products.demand", { count: FORECAST.days }),
      cell: ({ demand }) =>
        demand === null || demand === undefined
          ? { text: MISSING, value: null }
          : { text: format.count(Math.round(demand.units)), value: demand.units },
    },
    {
      key: "error",
      title: text("insight.forecast.error"),
      cell: ({ demand }) => ({ text: formatShare(demand?.backTest?.mape), value: demand?.backTest?.mape ?? null }),
    },
    {
      key: "stock",
      title: text("insight.products.stock"),
      cell: ({ demand }) => ({ text: format.count(demand?.stock), value: demand?.stock ?? null }),
    },
    {
      key: "cover",
      title: text("insight.products.cover"),
      lead: true,
      cell: ({ demand }) => {
        const days = demand?.daysOfCover ?? null;
        const warning = demand?.runsOut === true ? ` · ${text("insight.products.short")}` : "";
        return { text: days === null ? MISSING : `${format.count(Math.round(days))}${warning}`, value: days };
      },
    },
  ];
}

function ProductsBuilder({ analysis, ground: { text } }: { readonly analysis: Analysis<typeof queryProducts>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const views = draft.views ?? { event: "Product Viewed" };
  const carts = draft.carts ?? { event: "Product Added" };
  const { used, orders } = ordersOf(draft, analysis.answer.data);
  return (
    <>
      <BuilderSection title={text("insight.products.viewEvent")}>
        <SelectorRow
          any={false}
          selector={views}
          period={draft.period}
          label={text("insight.products.viewEvent")}
          onChange={(selector) => edit({ views: selector })}
        />
      </BuilderSection>
      <BuilderSection title={text("insight.products.cartEvent")}>
        <SelectorRow
          any={false}
          selector={carts}
          period={draft.period}
          label={text("insight.products.cartEvent")}
          onChange={(selector) => edit({ carts: selector })}
        />
      </BuilderSection>
      <UsedEventsSection
        title={text("insight.rfm.orderEvent")}
        named={draft.orders}
        used={used.orders}
        period={draft.period}
        onChange={(selector) => edit({ orders: selector })}
      />
      <BuilderSection title={text("insight.paths.shape")}>
        <NumberSetting
          name={text("insight.products.top")}
          value={draft.top ?? 50}
          min={1}
          max={500}
          onChange={(top) => edit({ top: top ?? 50 })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={[views.event, carts.event, ...orders]} />
      <Groups analysis={analysis} events={orders} ofPeople />
    </>
  );
}
