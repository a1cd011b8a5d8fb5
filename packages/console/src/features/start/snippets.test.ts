import { expect, test } from "vitest";
import { SNIPPET_KINDS, snippet } from "./snippets.ts";

test.each(SNIPPET_KINDS)("the %s snippet names this server and the key", (kind) => {
  const code = snippet(kind, "https://terrace.example", "wk_123");
  expect(code).toContain("https://terrace.example");
  expect(code).toContain("wk_123");
});
