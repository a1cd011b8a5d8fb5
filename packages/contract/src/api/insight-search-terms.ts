import { SEARCH_OUTCOMES } from "@terrace/domain/insight/search-terms/search-terms";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { groupsShown, ofGroup, peopleGroupsQuery } from "./insight-breakdown.ts";
import { filtersQuery } from "./insight-conditions.ts";
import { selectorSchema } from "./insight-parts.ts";
import { eventFieldSchema, figure, periodQuery, periodShown, spanSchema } from "./insight-sequence-parts.ts";

const count = z.number().int();
export const searchTermsQuerySchema = z.strictObject({
  ...periodQuery,
  ...filtersQuery,
  ...peopleGroupsQuery,
  search: selectorSchema.default({ event: "Products Searched" }).describe("What counts as a search"),
  term: eventFieldSchema
    .default({ property: "query" })
    .describe("Where the searched term stands; case, width and spaces make no difference"),
  results: z
    .strictObject({ property: z.string().min(1).max(255) })
    .default({ property: "results" })
    .describe("Where the number of results stands; a search with 0 there found nothing"),
  click: selectorSchema.default({ event: "Product Viewed" }).describe("What counts as following a result"),
  clickWithin: spanSchema.default({ value: 30, unit: "minute" }),
  order: selectorSchema.default({ event: "Order Completed" }),
  orderWithin: spanSchema.default({ value: 1, unit: "day" }),
  limit: z.number().int().min(1).max(200).default(20).describe("Terms of each list"),
});

const countsShape = {
  searches: count,
  people: count,
  withoutResult: count.describe("Searches that found nothing"),
  clicked: count.describe("Searches followed by a click in time, before the person's next search"),
  ordered: count.describe("Searches followed by an order in time, before the person's next search"),
  previous: count.describe("Searches of the period before"),
  clickRate: figure,
  orderRate: figure,
  change: figure.describe("Against the period before, as a share; null: not searched then"),
};
const termSchema = z.object({
  term: z.string(),
  ...countsShape,
  rise: z.number().describe("How surprising the change is, in deviations; 1.96 and more is called rising"),
  isRising: z.boolean(),
});

const searchTermsFigures = z.object({
  ...periodShown,
  previousFrom: z.string(),
  previousTo: z.string(),
  total: z.object({ terms: count.describe("Different terms"), ...countsShape }),
  top: z.array(termSchema),
  rising: z.array(termSchema),
  withoutResult: z.array(termSchema),
});

export const querySearchTerms = analysisRoute({
  id: "querySearchTerms",
  kind: "search-terms",
  summary: "Search terms: the most searched, the rising, those that find nothing, and what comes of them",
  body: searchTermsQuerySchema,
  response: searchTermsFigures.extend(groupsShown(searchTermsFigures)),
});

export const listSearchTermPeople = peopleBehindRoute({
  id: "listSearchTermPeople",
  kind: "search-terms",
  summary: "People who searched for a term, by what came of it",
  body: searchTermsQuerySchema.extend({
    ...ofGroup,
    cell: z.strictObject({
      term: z.string().min(1).max(500).optional().describe("Without it any"),
      outcome: z.enum(SEARCH_OUTCOMES).default("searched"),
      previous: z.boolean().default(false).describe("Of the period before"),
    }),
  }),
});

export const searchTermsRoutes = [querySearchTerms, listSearchTermPeople];
