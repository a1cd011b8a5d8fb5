import { expect, test } from "vitest";
import { usesOfRule } from "./rule-uses.ts";

test("a rule uses each segment, event, trait and tag it asks about once, in order", () => {
  expect(
    usesOfRule({
      all: [
        { segment: "12", in: true },
        {
          any: [
            { did: { event: "Bought" } },
            { not: { did: { event: null, where: { property: "city", is: ["x"] } }, within: { days: 3 } } },
          ],
        },
        { sequence: { steps: [{ event: "Viewed" }, { event: "Bought" }], without: { event: "Returned" } } },
        { trait: "level", is: ["gold"] },
        { not: { trait: "level", isSet: true } },
        { trait: "address.city", is: ["x"] },
        { tag: "vip", has: false },
        { tag: "vip", has: true },
        { not: { segment: "9", in: true } },
        { segment: "12", in: false },
        { chance: { percent: [0, 10], seed: "s" } },
        { population: { trait: "points" }, stands: { top: { percent: 10 } } },
        { population: { did: { event: "Read" }, measure: { kind: "count" } }, stands: { bottom: { people: 5 } }, among: { segment: "30" } },
      ],
    }),
  ).toEqual({
    segments: ["12", "9", "30"],
    events: ["Bought", null, "Viewed", "Returned", "Read"],
    traits: ["level", "address.city", "points"],
    tags: ["vip"],
  });
});

test("a rule about nothing but chance uses nothing", () => {
  expect(usesOfRule({ chance: { percent: [0, 10], seed: "s" } })).toEqual({ segments: [], events: [], traits: [], tags: [] });
});
