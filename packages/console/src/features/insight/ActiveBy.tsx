import type { RouteContract } from "@terrace/contract/route";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useText } from "../../app/i18n.ts";
import { Filters } from "./Filters.tsx";
import { BuilderSection } from "../conditions/BuilderSection.tsx";
import { SelectorRow } from "./frame/SelectorRow.tsx";
import type { Analysis } from "./frame/use-analysis.ts";
import { Groups } from "./Groups.tsx";

type WithEvent = { readonly event: EventSelector; readonly period: AskedPeriod };
type Props<C extends RouteContract> = { readonly analysis: Analysis<C> };

/** The question of an analysis of active people: by which event somebody is active, filters, and for whom else it is answered. For routes that take `event`. */
export function ActiveBy<C extends RouteContract>({ analysis }: Props<C>) {
  const text = useText();
  // Which parts a route takes is known when it is asked for, not here.
  const { event, period } = analysis.draft as WithEvent;
  const edit = analysis.edit as (change: Partial<WithEvent>) => void;
  return (
    <>
      <BuilderSection title={text("insight.activeBy")}>
        <SelectorRow selector={event} period={period} label={text("insight.activeBy")} onChange={(next) => edit({ event: next })} />
      </BuilderSection>
      <Filters analysis={analysis} events={[event.event]} />
      <Groups analysis={analysis} events={[event.event]} />
    </>
  );
}
