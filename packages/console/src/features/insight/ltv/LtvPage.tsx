import { listLtvPeople, queryLtv } from "@terrace/contract/api/insight-ltv";
import { COHORT_STARTS, LTV_HORIZONS, LTV_INTERVALS_MAX, LTV_UNITS } from "@terrace/domain/insight/ltv/ltv-plan";
import { Select } from "antd";
import { useMemo } from "react";
import { addDays } from "../../../ui/format/dates.ts";
import { Filters } from "../Filters.tsx";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BREAKDOWN_AND_PERSON_FIELDS, BreakdownPicker, type BreakdownBy } from "../frame/BreakdownPicker.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { CompareSection } from "../frame/CompareSection.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { OrderSections, ordersOf } from "../frame/OrderSections.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import { useGround, type Ground } from "../use-ground.ts";
import { groupKey, groupName, ltvShown } from "./ltv-shown.ts";
import { NumberSetting, SwitchSetting } from "../frame/settings.tsx";

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
      predict: {},
    }),
    [facts],
  );
  const analysis = useAnalysis({ kind: "ltv", route: queryLtv, people: listLtvPeople, start });
  const { query, apply, view, show } = analysis;
  const groups = query.breakdown === undefined ? [] : (analysis.answer.data?.body.groups ?? []);
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<LtvBuilder analysis={analysis} ground={ground} />}
      toolbar={
        <>
          <PeriodPicker period={query.period} onChange={(period) => apply({ period })} />
          <Select
            aria-label={text("insight.ltv.cohort")}
            value={query.interval ?? "month"}
            onChange={(interval) => apply({ interval, predict: query.predict === undefined ? undefined : {} })}
            options={LTV_UNITS.map((unit) => ({ value: unit, label: text(`insight.by.${unit}`) }))}
          />
          {groups.length === 0 ? null : (
            <Select<string>
              aria-label={text("insight.group")}
              popupMatchSelectWidth={false}
              value={groups.some((group) => groupKey(group) === view) ? view : ""}
              onChange={show}
              options={[
                { value: "", label: text("insight.ltv.groups") },
                ...groups.map((group) => ({ value: groupKey(group), label: groupName(group, query, ground) })),
              ]}
            />
          )}
        </>
      }
      shown={(answer) => ltvShown(answer, ground, { key: view, choose: show })}
    />
  );
}

function LtvBuilder({ analysis, ground: { text } }: { readonly analysis: Analysis<typeof queryLtv>; readonly ground: Ground }) {
  const { draft, edit } = analysis;
  const { used, orders, refunds } = ordersOf(draft, analysis.answer.data);
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
      <OrderSections named={draft} used={used} period={draft.period} onChange={edit} />
      <BuilderSection title={text("insight.ltv.predict")}>
        <SwitchSetting
          name={text("insight.ltv.predict.on")}
          on={draft.predict !== undefined}
          onChange={(isOn) => edit({ predict: isOn ? {} : undefined })}
        />
        {draft.predict === undefined ? null : (
          <NumberSetting
            name={text("insight.ltv.predict.horizon")}
            min={2}
            max={LTV_INTERVALS_MAX}
            value={draft.predict.horizon ?? LTV_HORIZONS[draft.interval ?? "month"]}
            onChange={(horizon) => edit({ predict: { ...draft.predict, ...(horizon === null ? {} : { horizon }) } })}
          />
        )}
      </BuilderSection>
      <Filters analysis={analysis} events={[...orders, ...refunds]} />
      <BreakdownPicker
        kinds={BREAKDOWN_AND_PERSON_FIELDS}
        ofPeople
        by={pickedOf(draft.breakdown?.by)}
        events={[null]}
        onChange={(by) => edit({ breakdown: by === undefined ? undefined : { ...draft.breakdown, by: askedOf(by) } })}
      />
      <CompareSection value={draft.compareWith} period={draft.period} events={orders} onChange={(compareWith) => edit({ compareWith })} />
    </>
  );
}

type AskedBy = NonNullable<LtvQuery["breakdown"]>["by"];

/** What stands in the picker; a list of fields is of people's first touch, whose costs are known. */
function pickedOf(by: AskedBy | undefined): BreakdownBy | undefined {
  if (by === undefined || !("length" in by)) return by;
  const [field] = by;
  return field !== undefined && "column" in field ? { touch: "first", ...field } : field;
}

/** The other way round. */
function askedOf(by: BreakdownBy): AskedBy {
  const { touch, ...field } = by;
  // The picker gives the fields that it was asked to offer.
  return (touch === "first" || "property" in field ? [field] : by) as AskedBy;
}
