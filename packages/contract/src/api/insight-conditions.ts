import type { Condition, EventCondition, PersonCondition } from "@terrace/domain/conditions/condition";
import { readCondition, readEventCondition, readPersonCondition } from "@terrace/domain/conditions/read-condition";
import type { Result } from "@terrace/domain/result";
import { z } from "zod";
import { conditionShape } from "./condition-shape.ts";

/** A schema that reads by the condition language's own reader; its faults keep their codes, and their fields go on where the body's path ends. */
function readBy<T>(read: (json: unknown, path: string) => Result<T>): z.ZodType<T, T> {
  return z.unknown().transform((json, context) => {
    const result = read(json, "");
    if (result.ok) return result.value;
    const { code, field = "", mend = code } = result.fault;
    context.issues.push({
      code: "custom",
      input: json,
      message: mend,
      path: field.split(/[.[\]]+/).filter(Boolean),
      params: { fault: code },
    });
    return z.NEVER;
  }) as unknown as z.ZodType<T, T>;
}

/** A condition on events and whose they are. */
export const conditionSchema = readBy<Condition>(readCondition).meta({
  ...conditionShape("Condition"),
  description: "A condition on an event and on whose it is",
});
/** A condition on one event and nothing else. */
export const eventConditionSchema = readBy<EventCondition>(readEventCondition).meta({
  ...conditionShape("EventCondition"),
  description: "A condition on an event",
});
/** A condition on people. */
export const personConditionSchema = readBy<PersonCondition>(readPersonCondition).meta({
  ...conditionShape("PersonCondition"),
  description: "A condition on people",
});

/** What is looked at, in every part of a query. */
export const filtersSchema = z
  .strictObject({
    events: conditionSchema.optional().describe("Every event of the query must meet it, the first ever among them"),
    people: personConditionSchema.optional().describe("Whose events are looked at; events of nobody are not"),
  })
  .describe("Narrows the whole query");
/** What every query over events takes; spread it into the schema. */
export const filtersQuery = { filters: filtersSchema.optional() };
