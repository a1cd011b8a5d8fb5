import { listAttributionPeople, queryAttribution } from "@terrace/contract/api/insight-attribution";
import { ATTRIBUTION_MODELS } from "@terrace/domain/insight/attribution/attribution-plan";
import { Select } from "antd";
import { useMemo } from "react";
import type { TimeSpec } from "../../../ui/chart/chart-spec.ts";
import { formatShare } from "../../../ui/format/numbers.ts";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { keyFigure } from "../frame/FigureStrip.tsx";
import { type Shown } from "../frame/shown.ts";
import { BreakdownPicker } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { BusinessEventsNote } from "../frame/UsedEventsSection.tsx";
import { useAnalysis, type Analysis, type Answered, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { tableFrom } from "../table-from.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { channelWords, isByChannel } from "../value-words.ts";
import { NumberSetting } from "../frame/settings.tsx";

type AttributionAnswer = Answered<typeof queryAttribution>;
type AttributionQuery = QueryOf<typeof queryAttribution>;
type Row = AttributionAnswer["body"]["rows"][number];
type Named = Pick<Row, "value">;
const ROWS_DRAWN = 12;
/** The key of conversions without a touch: no value is called so. */
const UNTOUCHED = "\u0000";

/** Attribution: which touches led to conversions, and what each is credited with. */
export function AttributionPage() {
  return <StartGate kind="attribution">{(facts) => <Attribution facts={facts} />}</StartGate>;
}

function Attribution({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const start = useMemo<AttributionQuery>(
    () => ({ period: facts.period, by: [{ column: "channel" }], models: ["first", "last", "linear"] }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "attribution", route: queryAttribution, people: listAttributionPeople, start });
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<AttributionBuilder analysis={analysis} ground={ground} />}
      toolbar={<PeriodPicker period={analysis.query.period} onChange={(period) => analysis.apply({ period })} />}
      shown={(answer) => attributionShown(answer, ground)}
    />
  );
}

export function attributionShown(answer: AttributionAnswer, ground: Ground): Shown {
  const { text, format } = ground;
  const { body } = answer;
  const [money, count] = [format.measure("money"), format.measure("count")];
  const named = (row: Named) => touchName(row, answer, ground);
  const share = (part: number) => formatShare(body.total.valueMinor === 0 ? undefined : part / body.total.valueMinor);
  return {
    empty: body.total.conversions === 0,
    figures: [
      keyFigure("conversions", text("insight.attribution.conversions"), body.total.conversions, count),
      keyFigure("people", text("insight.measure.people"), body.total.people, count),
      keyFigure("value", text("insight.attribution.value"), body.total.valueMinor, money),
      keyFigure("untouched", text("insight.attribution.untouched"), body.total.untouched, count),
    ],
    spec: attributionSpec(answer, ground),
    cellOf: (pick) => {
      const row = pick.kind === "point" ? body.rows[pick.index] : undefined;
      return row === undefined ? undefined : { value: row.value, part: "any" };
    },
    ranked: {
      head: text("insight.attribution.touch"),
      name: text("insight.attribution.creditedBy", { model: text(`insight.attribution.model.${body.models[0] ?? "last"}`) }),
      measure: money,
      rows: body.rows.map((row) => ({ key: row.value ?? UNTOUCHED, label: named(row), value: row.credits[0]?.valueMinor ?? 0 })),
    },
    ...(body.rows.every(({ value }) => value === null)
      ? { more: <p className="chart-note">{text("insight.attribution.noTouches")}</p> }
      : {}),
    table: tableFrom<Row>(
      [
        {
          key: "value",
          title: text("insight.attribution.touch"),
          words: true,
          cell: (row) => ({ text: named(row), value: row.value ?? "" }),
        },
        {
          key: "any",
          title: text("insight.attribution.inTheWay"),
          cell: (row) => ({
            text: format.count(row.conversions),
            value: row.conversions,
            ...(row.conversions === 0 ? {} : { cell: { value: row.value, part: "any" } }),
          }),
        },
        {
          key: "direct",
          title: text("insight.attribution.direct"),
          cell: (row) => ({
            text: format.count(row.direct),
            value: row.direct,
            ...(row.direct === 0 || row.value === null ? {} : { cell: { value: row.value, part: "direct" } }),
          }),
        },
        {
          key: "assisted",
          title: text("insight.attribution.assisted"),
          cell: (row) => ({
            text: format.count(row.assisted),
            value: row.assisted,
            ...(row.assisted === 0 || row.value === null ? {} : { cell: { value: row.value, part: "assisted" } }),
          }),
        },
        { key: "people", title: text("insight.measure.people"), cell: (row) => ({ text: format.count(row.people), value: row.people }) },
        ...body.models.map((model, i) => ({
          key: model,
          title: text(`insight.attribution.model.${model}`),
          lead: i < 2,
          cell: (row: Row) => {
            const minor = row.credits[i]?.valueMinor ?? 0;
            return { text: money.exact(minor), value: money.plain(minor), share: share(minor) };
          },
        })),
      ],
      body.rows,
      (row) => row.value ?? UNTOUCHED,
    ),
    behind: (cell) => {
      const row = body.rows.find(({ value }) => value === cell["value"]);
      if (row === undefined) return undefined;
      const part = cell["part"] === "direct" || cell["part"] === "assisted" ? cell["part"] : "any";
      const conversions = part === "any" ? row.conversions : row[part];
      return {
        title: named(row),
        detail: text(`insight.attribution.part.${part}`),
        basis: `${text("insight.attribution.conversions")} ${format.count(conversions)}`,
      };
    },
  };
}

function touchName({ value }: Named, { query }: AttributionAnswer, { text }: Ground): string {
  if (value === null) return text("insight.attribution.untouched");
  return query.by?.length === 1 && isByChannel(query.by[0]) ? channelWords(value) : value;
}

/** What each touch is credited with, the models side by side. */
function attributionSpec(answer: AttributionAnswer, ground: Ground): TimeSpec {
  const { body } = answer;
  const { text, format } = ground;
  const rows = body.rows.slice(0, ROWS_DRAWN);
  const names = rows.map((row) => touchName(row, answer, ground));
  const [best] = rows.filter(({ value }) => value !== null);
  return {
    kind: "time",
    shape: "bar",
    categories: names,
    ticks: names,
    series: body.models.map((model, i) => ({
      key: model,
      name: text(`insight.attribution.model.${model}`),
      values: rows.map(({ credits }) => credits[i]?.valueMinor ?? 0),
      style: "solid",
    })),
    measure: format.measure("money"),
    summary: text("insight.attribution.summary", { count: format.figure(body.total.conversions), best: best?.value ?? "—" }),
  };
}

function AttributionBuilder({
  analysis,
  ground: { text },
}: {
  readonly analysis: Analysis<typeof queryAttribution>;
  readonly ground: Ground;
}) {
  const { draft, edit } = analysis;
  const answered = analysis.answer.data;
  const conversions = draft.conversions ?? (answered?.query.conversions === undefined ? answered?.body.basis.conversions : undefined) ?? [];
  const events = conversions.map(({ event }) => event);
  return (
    <>
      <BuilderSection
        title={text("insight.attribution.conversions")}
        add={text("insight.addSeries")}
        onAdd={() => edit({ conversions: [...conversions, { event: null }] })}
      >
        {conversions.map((selector, at) => (
          <SelectorRow
            key={at}
            selector={selector}
            period={draft.period}
            onChange={(next) => edit({ conversions: conversions.map((one, i) => (i === at ? next : one)) })}
            {...(conversions.length > 1 ? { onRemove: () => edit({ conversions: conversions.filter((_, i) => i !== at) }) } : {})}
          />
        ))}
        <BusinessEventsNote named={draft.conversions !== undefined} onReset={() => edit({ conversions: undefined })} />
      </BuilderSection>
      <BreakdownPicker
        title={text("insight.attribution.touch")}
        by={draft.by?.[0]}
        events={[null]}
        onChange={(by) => edit({ by: by === undefined ? undefined : ([by] as AttributionQuery["by"]) })}
      />
      <BuilderSection title={text("insight.attribution.models")}>
        <Select<(typeof ATTRIBUTION_MODELS)[number][]>
          mode="multiple"
          className="field-picker"
          aria-label={text("insight.attribution.models")}
          value={[...(draft.models ?? ["last"])]}
          onChange={(models) => models.length > 0 && edit({ models })}
          options={ATTRIBUTION_MODELS.map((model) => ({ value: model, label: text(`insight.attribution.model.${model}`) }))}
        />
        <NumberSetting
          name={text("insight.attribution.lookback")}
          value={draft.lookback?.unit === "day" || draft.lookback === undefined ? (draft.lookback?.value ?? 30) : null}
          min={1}
          max={365}
          onChange={(days) => edit({ lookback: { value: days ?? 30, unit: "day" } })}
        />
      </BuilderSection>
      <Filters analysis={analysis} events={events} />
      <Groups analysis={analysis} events={events} ofPeople />
    </>
  );
}
