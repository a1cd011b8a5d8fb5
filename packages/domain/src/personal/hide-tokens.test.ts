import { expect, test } from "vitest";
import { withoutTokens } from "./hide-tokens.ts";

test("tokens are hidden at any depth", () => {
  const token = `~phone.${"a".repeat(22)}`;
  expect(withoutTokens({ a: [token, { b: `x${token}` }], n: 1 })).toEqual({ a: ["***", { b: "x***" }], n: 1 });
});
