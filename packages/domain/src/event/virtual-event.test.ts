import { describe, expect, test } from "vitest";
import { CLICK_EVENT, lastStep, matchesClick, pathExpression, virtualNames, type VirtualMatcher } from "./virtual-event.ts";

const click = { selector: "#list > li.item:nth-of-type(3) > button.buy", text: "加入购物车", path: "/product/42" };

describe("a click counts", () => {
  test.each<[string, VirtualMatcher, boolean]>([
    ["by exactly this element", { selector: { match: "is", value: click.selector } }, true],
    ["not for its neighbour in a list", { selector: { match: "is", value: "#list > li.item:nth-of-type(2) > button.buy" } }, false],
    ["for every row of a list", { selector: { match: "alike", value: "#list > li.item > button.buy" } }, true],
    ["for the same kind of button anywhere", { selector: { match: "last", value: "button.buy" } }, true],
    ["not for a part of a step", { selector: { match: "last", value: "buy" } }, false],
    ["by its text", { text: { match: "is", value: "加入购物车" } }, true],
    ["by a part of its text", { text: { match: "contains", value: "购物车" } }, true],
    ["on its page", { text: { match: "contains", value: "购" }, path: { match: "is", value: "/product/42" } }, true],
    ["on all pages of a kind", { text: { match: "contains", value: "购" }, path: { match: "pattern", value: "/product/*" } }, true],
    ["not elsewhere", { text: { match: "contains", value: "购" }, path: { match: "pattern", value: "/cart/*" } }, false],
    ["only when every part holds", { selector: { match: "last", value: "button.buy" }, text: { match: "is", value: "x" } }, false],
  ])("%s", (_, matcher, counts) => {
    expect(matchesClick(matcher, click)).toBe(counts);
  });
});

test("a pattern's star ends at a slash, two go on, and other signs mean themselves", () => {
  const matches = (pattern: string, path: string): boolean => new RegExp(pathExpression(pattern)).test(path);
  expect(matches("/p/*", "/p/1/more")).toBe(false);
  expect(matches("/p/**", "/p/1/more")).toBe(true);
  expect(matches("/a.b(c)/*", "/a.b(c)/x")).toBe(true);
  expect(matches("/a.b", "/axb")).toBe(false);
});

test("the last step of a selector may be the whole of it", () => {
  expect(lastStep("#buy")).toBe("#buy");
  expect(lastStep("")).toBe("");
});

test("only captured clicks count as virtual events", () => {
  const virtuals = [{ name: "Bought", matcher: { text: { match: "is", value: "加入购物车" } } as const }];
  const event = { name: CLICK_EVENT, properties: { text: "加入购物车" }, context: {} };
  expect(virtualNames(virtuals, event)).toEqual(["Bought"]);
  expect(virtualNames(virtuals, { ...event, name: "Order Completed" })).toEqual([]);
  expect(virtualNames(virtuals, { ...event, properties: { text: 3 } })).toEqual([]);
});
