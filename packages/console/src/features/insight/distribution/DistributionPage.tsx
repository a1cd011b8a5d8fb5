import { getDistribution, listDistributionPeople } from "@terrace/contract/api/insight-distribution";
import { Select } from "antd";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { FieldPicker } from "../../conditions/FieldPicker.tsx";
import { PeriodPicker } from "../frame/PeriodPicker.tsx";
import { SelectorRow } from "../frame/SelectorRow.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import { useFieldOptions, type FieldKind } from "../../conditions/use-field-options.ts";
import { firstEvents, type StartFacts } from "../frame/use-start-facts.ts";
import { BracketsField } from "../BracketsField.tsx";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { useGround } from "../use-ground.ts";
import { distributionShown } from "./distribution-shown.ts";

type DistributionQuery = QueryOf<typeof getDistribution>;
/** What the route takes. */
const LIMITS = { least: -1e15, most: 1e15, count: 100 };
const MEASURES = ["count", "days", "sum"] as const;
const PROPERTIES: readonly FieldKind[] = ["property"];

/** Distribution: people by how often they did something, on how many days, or by the sum of a property. */
export function DistributionPage() {
  return <StartGate kind="distribution">{(facts) => <Distribution facts={facts} />}</StartGate>;
}

function Distribution({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const start = useMemo<DistributionQuery>(() => {
    const [event = null] = firstEvents(facts, ["Order Completed"], 1);
    return { period: facts.period, event: { event }, measure: { kind: "count" } };
  }, [facts]);
  const analysis = useAnalysis({ kind: "distribution", route: getDistribution, people: listDistributionPeople, start });
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<DistributionBuilder analysis={analysis} />}
      toolbar={<PeriodPicker period={query.period} onChange={(period) => apply({ period })} />}
      shown={(answer) => distributionShown(answer, ground)}
    />
  );
}

function DistributionBuilder({ analysis }: { readonly analysis: Analysis<typeof getDistribution> }) {
  const text = useText();
  const { draft, edit } = analysis;
  const measure = draft.measure ?? { kind: "count" as const };
  const options = useFieldOptions([draft.event.event], PROPERTIES).filter(({ type, personal }) => !personal && type !== "boolean");
  return (
    <>
      <BuilderSection title={text("insight.event")}>
        <SelectorRow selector={draft.event} period={draft.period} onChange={(event) => edit({ event, brackets: undefined })} />
      </BuilderSection>
      <BuilderSection title={text("insight.distribution.by")}>
        <Select<(typeof MEASURES)[number]>
          className="field-picker"
          aria-label={text("insight.distribution.by")}
          value={measure.kind}
          onChange={(kind) => edit({ measure: kind === "sum" ? { kind, property: "" } : { kind }, brackets: undefined })}
          options={MEASURES.map((kind) => ({ value: kind, label: text(`insight.distribution.${kind}`) }))}
        />
        {measure.kind === "sum" ? (
          <FieldPicker
            options={options}
            value={{ kind: "property", name: measure.property }}
            placeholder={text("insight.chooseProperty")}
            onChange={(field) => edit({ measure: { kind: "sum", property: field?.name ?? "" } })}
          />
        ) : null}
      </BuilderSection>
      <BracketsField title={text("insight.brackets")} values={draft.brackets} limits={LIMITS} onChange={(brackets) => edit({ brackets })} />
      <Filters analysis={analysis} events={[draft.event.event]} />
      <Groups analysis={analysis} events={[draft.event.event]} />
    </>
  );
}
