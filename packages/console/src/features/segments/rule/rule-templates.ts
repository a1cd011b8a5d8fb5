import type { PersonCondition } from "@terrace/domain/conditions/condition";

/** The rules to begin with, as the console calls them after `segments.template.`. */
export const TEMPLATES = [
  "quietRegulars",
  "regulars",
  "oneOrder",
  "bigSpenders",
  "leftCart",
  "newThisWeek",
  "birthday",
  "streak",
  "tenth",
] as const;
export type TemplateKey = (typeof TEMPLATES)[number];

/** A ready rule; `order` is the event that counts as an order in the workspace. */
export function ruleOfTemplate(key: TemplateKey, order: string): PersonCondition {
  switch (key) {
    case "quietRegulars":
      return {
        all: [
          { did: { event: order }, count: { op: "gte", value: 3 } },
          { did: { event: null }, count: { op: "lt", value: 1 }, within: { days: 60 } },
          { trait: "country", is: ["United Kingdom"] },
        ],
      };
    case "regulars":
      return { did: { event: order }, count: { op: "gte", value: 3 }, within: { days: 90 } };
    case "oneOrder":
      return { did: { event: order }, count: { op: "eq", value: 1 } };
    case "bigSpenders":
      return { did: { event: order }, measure: { kind: "sum", property: "revenue" }, is: { op: "gte", value: 1000 }, within: { days: 90 } };
    case "leftCart":
      return {
        all: [
          { did: { event: "Product Added" }, count: { op: "gte", value: 1 }, within: { days: 3 } },
          { did: { event: order }, count: { op: "lt", value: 1 }, within: { days: 3 } },
        ],
      };
    case "newThisWeek":
      return { did: { event: null }, first: { days: 7 } };
    case "birthday":
      return { trait: "birthday", anniversary: { withinDays: 7 } };
    case "streak":
      return { did: { event: null }, measure: { kind: "streak" }, is: { op: "gte", value: 7 }, within: { days: 14 } };
    case "tenth":
      return { chance: { percent: [0, 10], seed: "tenth" } };
  }
}
