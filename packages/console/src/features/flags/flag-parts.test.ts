import { expect, test } from "vitest";
import { changedParts, flagPath, NO_ENVIRONMENT, type Definition } from "./flag-parts.ts";

const FLAG: Definition = {
  type: "boolean",
  defaultValue: false,
  offValue: false,
  prerequisites: [],
  environments: { production: NO_ENVIRONMENT },
};

test("what differs is told by part and by environment; one that is not named is off", () => {
  expect(changedParts(FLAG, { ...FLAG, environments: {} })).toEqual({ parts: [], environments: [] });
  const on = { ...NO_ENVIRONMENT, on: true };
  expect(changedParts(FLAG, { ...FLAG, offValue: true, environments: { staging: on, production: on } })).toEqual({
    parts: ["values"],
    environments: ["production", "staging"],
  });
  const needing = { ...FLAG, type: "string" as const, prerequisites: [{ flag: "other", values: [true] }] };
  expect(changedParts(FLAG, needing)).toEqual({ parts: ["type", "prerequisites"], environments: [] });
});

test("a key with a colon makes a path", () => {
  expect(flagPath("shop:new")).toBe("experiments/flags/shop%3Anew");
});
