import { matchesClick } from "@terrace/domain/event/virtual-event";
import { expect, test } from "vitest";
import { matcherOf, pathPattern, selectorChoices, type Choice } from "./candidates.ts";

const picked = { selector: "#list > li.item:nth-of-type(3) > button.buy", text: "加入购物车", path: "/product/42" };

test("an element in a list is offered alone, with its like, and by its own step", () => {
  expect(selectorChoices(picked)).toEqual([
    { choice: "is", value: picked.selector },
    { choice: "alike", value: "#list > li.item > button.buy" },
    { choice: "last", value: "button.buy" },
    { choice: "any", value: "" },
  ]);
  expect(selectorChoices({ ...picked, selector: "#buy", text: "" })).toEqual([{ choice: "is", value: "#buy" }]);
});

test("every offer takes the click it was made from", () => {
  for (const { choice } of selectorChoices(picked))
    for (const path of ["is", "pattern", "any"] as const) {
      const matcher = matcherOf(picked, { selector: choice, text: true, path });
      expect(matcher !== undefined && matchesClick(matcher, picked)).toBe(true);
    }
});

test("a choice that would take every click is none", () => {
  const any: Choice = { selector: "any", text: false, path: "is" };
  expect(matcherOf(picked, any)).toBeUndefined();
});

test("ids in a path become stars, pages keep their names", () => {
  expect(pathPattern("/product/42/reviews")).toBe("/product/*/reviews");
  expect(pathPattern("/product2.html")).toBeUndefined();
  expect(pathPattern("/")).toBeUndefined();
});
