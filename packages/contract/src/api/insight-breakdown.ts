import { FEW_GROUPS_MAX, GROUPS_MAX, GROUPS_TOLD } from "@terrace/domain/insight/breakdown";
import { CONTEXT_FIELDS } from "@terrace/domain/insight/field-of-event";
import { z } from "zod";
import { personConditionSchema } from "./insight-conditions.ts";

const name = z.string().min(1).max(255).describe("Dots lead into objects");
const column = z.enum(CONTEXT_FIELDS);
const byPerson = [
  z.strictObject({ trait: name }),
  z
    .strictObject({
      segment: z
        .array(z.string().regex(/^\d{1,18}$/))
        .min(1)
        .max(GROUPS_MAX),
    })
    .describe("Ids of segments; a person in several counts in each"),
  z
    .strictObject({ touch: z.enum(["first", "last"]), column })
    .describe("Of the person's first (or last, until the period ends) event that has this field"),
] as const;

/** What people are told apart by. */
export const breakdownByPersonSchema = z.union(byPerson);
/** What figures can be broken down by. */
export const breakdownBySchema = z.union([z.strictObject({ property: name }), z.strictObject({ column }), ...byPerson]);

function breakdownOf<By extends z.ZodType>(by: By, most = GROUPS_MAX) {
  return z
    .strictObject({ by, top: z.number().int().min(1).max(most).default(GROUPS_TOLD) })
    .optional()
    .describe("The same figures for each of the values that most people have, and for all others");
}

/** What a query takes that is answered for groups too; spread it into the schema. */
export const groupsQuery = {
  breakdown: breakdownOf(breakdownBySchema),
  compareWith: z
    .union([z.literal("previous"), z.strictObject({ people: personConditionSchema })])
    .optional()
    .describe("The same figures for the previous period, or for other people (instead of filters.people)"),
};
/** The same where one field of an event does not tell all the events of a figure apart: by what is told of people alone. */
export const peopleGroupsQuery = {
  breakdown: breakdownOf(breakdownByPersonSchema),
  compareWith: groupsQuery.compareWith,
};
/** The same where each group costs as much as a question of its own. */
export const fewGroupsQuery = { breakdown: breakdownOf(breakdownBySchema, FEW_GROUPS_MAX), compareWith: groupsQuery.compareWith };
/** The same where figures of other people can be told, and those of the period before have a place of their own. */
export const peopleComparedQuery = {
  breakdown: peopleGroupsQuery.breakdown,
  compareWith: z
    .strictObject({ people: personConditionSchema })
    .optional()
    .describe("The same figures for other people (instead of filters.people)"),
};
/** What a question for the people behind a cell takes besides: which of the answers the cell is of; the whole without it. */
export const ofGroup = {
  of: z
    .union([
      z.strictObject({ value: z.string().max(2_000).nullable() }),
      z.strictObject({ other: z.literal(true) }),
      z.strictObject({ compared: z.literal(true) }),
    ])
    .optional(),
};

/** What an answer has besides the whole. */
export function groupsShown<S extends z.ZodRawShape>(figures: z.ZodObject<S>) {
  return {
    breakdown: z
      .array(
        z.object({
          value: z.string().nullable().describe("null: none that can be shown; of segments the id"),
          other: z.boolean().describe("All values that are not told one by one"),
          values: z
            .number()
            .int()
            .optional()
            .describe("Of other: how many values it gathers; breakdown.top says how many are told one by one"),
          figures,
        }),
      )
      .optional(),
    comparison: figures.optional(),
  };
}
