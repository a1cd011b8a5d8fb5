import { getOverview } from "@terrace/contract/api/live";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";
import { useMemo } from "react";
import { useCall } from "../../../app/api/use-call.ts";
import { useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { addDays } from "../../../ui/format/dates.ts";
import { useEventNames } from "../../events/use-event-names.ts";

/** What a page begins with before anything was chosen: a period that has data, and the events there are, the most frequent first. */
export type StartFacts = { readonly period: AskedPeriod; readonly events: readonly string[] };

const DAYS = 30;

/** The facts a first question is made of, once they are known. Data of long ago are shown where they are, not as an empty last month. */
export function useStartFacts(): StartFacts | undefined {
  const params = useWorkspaceParams();
  const overview = useCall(getOverview, { params, query: { days: DAYS } }, { staleMs: 300_000 }).data;
  const { definitions, ready } = useEventNames();
  return useMemo(() => {
    if (overview === undefined || !ready) return undefined;
    return {
      period: overview.toReason === "today" ? { last: DAYS, unit: "day" } : { from: overview.from, to: addDays(overview.to, 1) },
      events: definitions
        .filter(({ status, name }) => status === "active" && !/^\$(?:identify|item_set)/.test(name))
        .map(({ name }) => name),
    };
  }, [overview, definitions, ready]);
}

const WEEKS = 12;

/** Some weeks up to the end of the first period: for questions about who comes back, which days alone do not answer where people come now and then. */
export function weeksOf({ period }: StartFacts): AskedPeriod {
  return "to" in period ? { from: addDays(period.to, -7 * WEEKS), to: period.to } : { last: WEEKS, unit: "week" };
}

/** Those of some well-known events that exist, else the most frequent ones. */
export function firstEvents(facts: StartFacts, wished: readonly string[], count: number): readonly string[] {
  const known = wished.filter((name) => facts.events.includes(name));
  const rest = facts.events.filter((name) => !known.includes(name));
  return known.length >= count ? known.slice(0, count) : [...known, ...rest].slice(0, count);
}
