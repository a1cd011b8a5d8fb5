import { BREAKDOWN_COLUMNS } from "@terrace/domain/insight/trends/trends-plan";
import { z } from "zod";
import { analysisRoute, peopleBehindRoute } from "./insight-analysis.ts";
import { filtersQuery, personConditionSchema } from "./insight-conditions.ts";
import { periodSchema, weekStartSchema } from "./insight-parts.ts";
import { figure } from "./insight-sequence-parts.ts";
import { figureSchema } from "./segments.ts";

const count = z.number().int();
/** People of a portrait: those who meet a condition (a segment is one), or those behind a figure of an analysis. */
const groupSchema = z
  .union([z.strictObject({ people: personConditionSchema }), z.strictObject({ figure: figureSchema })])
  .describe("People who meet a condition, or those behind a figure of an analysis");

const dimensionSchema = z.union([
  z.strictObject({ trait: z.string().min(1).max(255) }),
  z.strictObject({ column: z.enum(BREAKDOWN_COLUMNS), touch: z.enum(["first", "last"]) }),
  z.strictObject({ tags: z.literal(true) }),
  z.strictObject({ meets: personConditionSchema }).describe("Who meets a condition, such as having done something: told as the value true"),
]);

export const portraitQuerySchema = z.strictObject({
  group: groupSchema,
  against: z
    .union([z.enum(["everyone", "others"]), groupSchema])
    .default("everyone")
    .describe("everyone: of the period, the group among them; others: without the group"),
  period: periodSchema
    .optional()
    .describe("Who had an event in it is looked at, with the context of those events; without it everyone ever known"),
  weekStart: weekStartSchema,
  by: z.array(dimensionSchema).min(1).max(100).optional().describe("Without it every trait, the usual fields of the context, and tags"),
  top: z.number().int().min(1).max(100).default(12).describe("Values of a dimension, the most frequent first"),
  ...filtersQuery,
});

const rowSchema = z.object({
  value: z.string().nullable().optional().describe("Null: without one"),
  from: figure.optional().describe("Of a range of a number; null: open"),
  to: figure.optional().describe("Not included; null: open"),
  group: count,
  against: count,
  share: figure.describe("Of the group"),
  againstShare: figure,
  index: figure.describe("Share ÷ share in the comparison × 100"),
  difference: figure.describe("Of the share in the group from that among those of the comparison who are not in it"),
  low: figure.describe("95 % interval of the difference"),
  high: figure,
  p: figure.describe("How likely so much by chance alone (two-proportion z-test)"),
  q: figure.describe("p adjusted for all values looked at (Benjamini–Hochberg)"),
  isSignificant: z.boolean().describe("q ≤ 0.05"),
});

export const queryPortrait = analysisRoute({
  id: "queryPortrait",
  kind: "portrait",
  summary: "Portrait of a group of people: how its traits, tags and context differ from everyone's or another group's",
  body: portraitQuerySchema,
  response: z.object({
    group: count,
    against: count,
    rest: count.describe("Of the comparison, not in the group: whom differences are tested against"),
    outside: count
      .nullable()
      .describe(
        "People behind the figure without an event in the period, who are not looked at; null of a condition, which is asked of the people of the period alone",
      ),
    dimensions: z
      .array(
        z.object({
          by: dimensionSchema,
          kind: z.enum(["values", "ranges"]).describe("ranges: of a number, from its quintiles"),
          mean: z.object({ group: figure, against: figure }).optional().describe("Of a number"),
          more: z.boolean().describe("There are values that are not told: less frequent ones, personal ones, or ones of very few people"),
          rows: z.array(rowSchema),
        }),
      )
      .describe("The largest significant difference first"),
    top: z
      .array(z.object({ dimension: count, row: count }))
      .describe("Where the group differs most, as places in the above; having no value is left out"),
    hidden: z.array(z.string()).describe("Traits that your role does not see"),
    traitsCut: z.boolean().describe("More traits than can be compared; the rarest are left out"),
    tagsLeftOut: z.boolean().describe("More people have tags than can be compared; tags are left out"),
  }),
});

export const listPortraitPeople = peopleBehindRoute({
  id: "listPortraitPeople",
  kind: "portrait",
  summary: "People of a portrait with a value",
  body: portraitQuerySchema.extend({
    cell: z.strictObject({
      side: z.enum(["group", "against"]).default("group"),
      by: dimensionSchema.optional().describe("Without it everyone of the side"),
      value: z.string().max(2_000).nullable().optional().describe("Null: without one"),
      from: figure.optional(),
      to: figure.optional(),
    }),
  }),
});

export const portraitRoutes = [queryPortrait, listPortraitPeople];
