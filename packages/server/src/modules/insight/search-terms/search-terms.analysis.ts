import { listSearchTermPeople, querySearchTerms, type searchTermsQuerySchema } from "@terrace/contract/api/insight-search-terms";
import { rankTerms, shapeTerm } from "@terrace/domain/insight/search-terms/search-terms";
import { spanMs } from "@terrace/domain/insight/span-unit";
import { previousPeriod } from "@terrace/domain/insight/time/period";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { analysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { peopleWhoSearched, readTerms, type SearchPlan } from "./search-terms.views.ts";

type Body = z.output<typeof searchTermsQuerySchema>;

/** What people search for and what comes of it, and the people who did. */
export const searchTerms = analysis({
  kind: "search-terms",
  route: querySearchTerms,
  groups: { events: ({ search }) => [search], narrows: "all" },
  answer: async (asking, body) => {
    const plan = planOf(asking, body);
    const { now, before } = plan;
    const k = (now.toMs - now.fromMs) / (before.toMs - before.fromMs);
    const rows = await readTerms(asking, plan, { limit: body.limit, k });
    const sums = rows.find(({ term }) => term === "");
    const nothing = { searches: 0, people: 0, withoutResult: 0, clicked: 0, ordered: 0, previous: 0, terms: 0 };
    const { term: _term, terms, ...counts } = sums ?? { term: "", ...nothing };
    const { term: _all, rise: _rise, isRising: _isRising, ...total } = shapeTerm("", counts, k);
    const told = rows.flatMap(({ term, terms: _terms, ...own }) => (term === "" ? [] : [shapeTerm(term, own, k)]));
    return {
      from: isoInstant(now.fromMs),
      to: isoInstant(now.toMs),
      previousFrom: isoInstant(before.fromMs),
      previousTo: isoInstant(before.toMs),
      total: { terms, ...total },
      ...rankTerms(told, body.limit),
    };
  },
  people: {
    route: listSearchTermPeople,
    behind: async (asking, body) => peopleWhoSearched(asking, planOf(asking, body), body.cell),
  },
});

function planOf(asking: Asking, { period, clickWithin, orderWithin, ...asked }: Body): SearchPlan {
  const now = periodOf(asking, period);
  return {
    ...asked,
    clickWithinMs: spanMs(clickWithin),
    orderWithinMs: spanMs(orderWithin),
    now,
    before: previousPeriod(period, now, asking.calendar),
  };
}
