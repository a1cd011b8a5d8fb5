import { expect, test } from "vitest";
import { SNIPPET_KINDS, snippet } from "./snippets.ts";

test.each(SNIPPET_KINDS)("the %s snippet names this server and the key", (kind) => {
  const code = snippet(kind, { origin: "https://terrace.example", writeKey: "wk_123", currency: "GBP" });
  expect(code).toContain("https://terrace.example");
  expect(code).toContain("wk_123");
  // Amounts in another currency than the workspace's are in no figure.
  if (code.includes("revenue")) expect(code).toMatch(/currency"?: "GBP"/);
});
