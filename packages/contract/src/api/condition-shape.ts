import { COUNT_OPS, DAY_MEASURES, PROPERTY_MEASURES } from "@terrace/domain/conditions/condition";
import { CONDITION_LEAVES_MAX } from "@terrace/domain/conditions/read-condition";
import { SEQUENCE_STEPS_MAX } from "@terrace/domain/conditions/read-sequence";
import { CONDITION_LIST_MAX } from "@terrace/domain/conditions/read-test";
import { EMPTY_CONTEXT } from "@terrace/domain/event/feed-event";
import type { JsonSchema } from "../openapi-schemas.ts";

/** How the forms of a condition look, for readers of the API; `readCondition` is what decides. */
export function conditionShape(id: "Condition" | "PersonCondition" | "EventCondition"): {
  readonly id: string;
  readonly anyOf: JsonSchema[];
} {
  const self: JsonSchema = { $ref: `#/$defs/${id}` };
  const parts: JsonSchema = { type: "array", items: self, minItems: 1, maxItems: CONDITION_LEAVES_MAX };
  const where: JsonSchema =
    id === "Condition"
      ? { ...self, description: "On properties and columns of the event alone" }
      : { type: "object", description: "A condition on properties and columns of the event" };
  const ofEvent = [
    ...TESTS.map((test) => object({ property: text("Dots lead into objects, and into the objects of a list"), ...test })),
    ...TESTS.map((test) => object({ column: { enum: Object.keys(EMPTY_CONTEXT) }, ...test })),
  ];
  return {
    id,
    anyOf: [
      object({ all: parts }),
      object({ any: parts }),
      object({ not: self }),
      ...(id === "PersonCondition" ? [] : ofEvent),
      ...(id === "EventCondition" ? [] : ofPerson(where)),
    ],
  };
}

function ofPerson(where: JsonSchema): readonly JsonSchema[] {
  return [
    ...[...TESTS, ...DAY_TESTS].map((test) => object({ trait: text("Dots lead into objects"), ...test })),
    object({ tag: text("Name of a tag"), has: { type: "boolean" } }),
    object({ segment: text("Id of a segment"), in: { type: "boolean" } }),
    ...ofBehaviour(object({ event: EVENT_NAME, where }, ["where"])),
    object({ chance: object({ percent: pair({ type: "number", minimum: 0, maximum: 100 }), seed: { type: "string" } }) }),
  ];
}

function ofBehaviour(selector: JsonSchema): readonly JsonSchema[] {
  const measure: JsonSchema = {
    anyOf: [object({ kind: { enum: PROPERTY_MEASURES }, property: { type: "string" } }), object({ kind: { enum: DAY_MEASURES } })],
  };
  const steps: JsonSchema = { type: "array", items: selector, minItems: 2, maxItems: SEQUENCE_STEPS_MAX };
  return [
    object({ did: selector, count: COMPARED, within: WITHIN }, ["count", "within"]),
    object({ did: selector, measure, is: COMPARED, within: WITHIN }, ["within"]),
    object({ did: selector, first: WITHIN }),
    object({ did: selector, last: WITHIN }),
    object({
      sequence: object({ steps, withinDays: { type: "integer" }, withinHours: { type: "integer" }, without: selector, within: WITHIN }, [
        "withinDays",
        "withinHours",
        "without",
        "within",
      ]),
    }),
  ];
}

function object(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties).filter((key) => !optional.includes(key)) };
}

function text(description: string): JsonSchema {
  return { type: "string", description };
}

function pair(of: JsonSchema): JsonSchema {
  return { type: "array", items: of, minItems: 2, maxItems: 2 };
}

const EVENT_NAME: JsonSchema = { type: ["string", "null"], description: "Null is any event" };
const COMPARED = object({ op: { enum: COUNT_OPS }, value: { type: "number" } });
const DATE = text("Such as 2026-07-01");
const WITHIN: JsonSchema = {
  description: "Days are local to the workspace's zone, today among them; to is not",
  anyOf: [
    object({ days: { type: "integer" } }),
    object({ hours: { type: "integer" } }),
    object({ daysAgo: pair({ type: "integer" }) }),
    object({ from: DATE, to: DATE }),
  ],
};
const SCALARS: JsonSchema = { type: "array", items: { type: ["string", "number", "boolean"] }, minItems: 1, maxItems: CONDITION_LIST_MAX };
const TESTS: readonly Readonly<Record<string, JsonSchema>>[] = [
  { is: SCALARS },
  { isNot: SCALARS },
  { contains: { type: "string" } },
  { containsNot: { type: "string" } },
  { startsWith: { type: "string" } },
  { endsWith: { type: "string" } },
  { gt: { type: "number" } },
  { gte: { type: "number" } },
  { lt: { type: "number" } },
  { lte: { type: "number" } },
  { between: pair({ type: "number" }) },
  { isSet: { type: "boolean" } },
];
const DAY_TESTS: readonly Readonly<Record<string, JsonSchema>>[] = [
  { before: DATE },
  { after: DATE },
  { dateWithin: object({ fromDays: { type: "integer" }, toDays: { type: "integer" } }) },
  { anniversary: object({ withinDays: { type: "integer" } }) },
];
