import { getRfm, listRfmPeople } from "@terrace/contract/api/insight-rfm";
import { Input, Segmented } from "antd";
import { useMemo } from "react";
import { useText } from "../../../app/i18n.ts";
import { useFormat } from "../../../app/workspace/use-format.ts";
import { addDays } from "../../../ui/format/dates.ts";
import { AnalysisPage } from "../frame/AnalysisPage.tsx";
import { BuilderSection } from "../../conditions/BuilderSection.tsx";
import { StartGate } from "../frame/StartGate.tsx";
import { OrderSections, ordersOf } from "../frame/OrderSections.tsx";
import { useAnalysis, type Analysis, type QueryOf } from "../frame/use-analysis.ts";
import { inGroups } from "../frame/use-groups.ts";
import type { StartFacts } from "../frame/use-start-facts.ts";
import "./rfm.css";
import { Filters } from "../Filters.tsx";
import { Groups } from "../Groups.tsx";
import { useGround } from "../use-ground.ts";
import { RFM_VIEWS, rfmShown, type RfmView } from "./rfm-shown.ts";
import { NumberSetting } from "../frame/settings.tsx";

type RfmQuery = QueryOf<typeof getRfm>;
/** How far back the earlier date of the migration lies. */
const COMPARE_DAYS = 90;

/** RFM: people by how recently, how often and for how much they bought. */
export function RfmPage() {
  return <StartGate kind="rfm">{(facts) => <Rfm facts={facts} />}</StartGate>;
}

function Rfm({ facts }: { readonly facts: StartFacts }) {
  const ground = useGround();
  const { text, format } = ground;
  const start = useMemo<RfmQuery>(() => {
    const at = "to" in facts.period ? facts.period.to : addDays(format.day(Date.now()), 1);
    return { at, compareTo: addDays(at, -COMPARE_DAYS) };
  }, [facts, format]);
  const analysis = useAnalysis({ kind: "rfm", route: getRfm, people: listRfmPeople, start });
  const view: RfmView = RFM_VIEWS.find((one) => one === analysis.view) ?? "groups";
  const { query, apply } = analysis;
  return (
    <AnalysisPage
      analysis={analysis}
      groups={inGroups}
      noData={facts.events.length === 0}
      builder={<RfmBuilder analysis={analysis} facts={facts} />}
      toolbar={
        <>
          <label className="rfm-date">
            <span className="muted">{text("insight.rfm.at")}</span>
            {/* What is before `at` counts: the day that is shown counts too. */}
            <Input
              type="date"
              value={addDays(query.at, -1)}
              onChange={({ target }) => target.value !== "" && apply({ at: addDays(target.value, 1) })}
            />
          </label>
          <Segmented
            aria-label={text("insight.shape")}
            value={view}
            onChange={(next) => analysis.show(next === "groups" ? "" : next)}
            options={RFM_VIEWS.map((one) => ({
              value: one,
              label: text(`insight.rfm.view.${one}`),
              disabled: one === "migration" && query.compareTo === undefined,
            }))}
          />
          {view === "migration" ? (
            <label className="rfm-date">
              <span className="muted">{text("insight.rfm.compareTo")}</span>
              <Input
                type="date"
                value={query.compareTo === undefined ? "" : addDays(query.compareTo, -1)}
                onChange={({ target }) => target.value !== "" && apply({ compareTo: addDays(target.value, 1) })}
              />
            </label>
          ) : null}
        </>
      }
      shown={(answer) => rfmShown(answer, view, ground)}
    />
  );
}

function RfmBuilder({ analysis, facts }: { readonly analysis: Analysis<typeof getRfm>; readonly facts: StartFacts }) {
  const text = useText();
  const format = useFormat();
  const { draft, edit } = analysis;
  const { used, orders, refunds } = ordersOf(draft, analysis.answer.data);
  return (
    <>
      <OrderSections named={draft} used={used} period={facts.period} onChange={edit} />
      <BuilderSection title={text("insight.rfm.scoring")}>
        <NumberSetting
          name={text("insight.rfm.lookback")}
          value={draft.lookbackDays ?? 365}
          min={1}
          max={3660}
          onChange={(days) => edit({ lookbackDays: days ?? 365 })}
        />
        <NumberSetting
          name={text("insight.rfm.scores")}
          value={draft.scores ?? 5}
          min={2}
          max={10}
          onChange={(scores) => edit({ scores: scores ?? 5 })}
        />
        <p className="small muted">{text("insight.rfm.scoringNote", { currency: format.currency })}</p>
      </BuilderSection>
      <Filters analysis={analysis} events={[...orders, ...refunds]} period={facts.period} />
      <Groups analysis={analysis} events={orders} ofPeople period={facts.period} previous={false} />
    </>
  );
}
