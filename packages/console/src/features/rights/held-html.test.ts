import { expect, test } from "vitest";
import { heldHtml } from "./held-html.ts";

const words = {
  title: "T <1>",
  madeAt: "now",
  what: "What",
  value: "Value",
  at: "Time",
  holder: (name: string) => name,
  group: (key: string) => key,
  shown: (shown: number, total: number) => `${shown} of ${total}`,
  time: (at: string) => at,
};

test("the page shows what is held as text, never as markup, and says when it is not all", () => {
  const html = heldHtml(
    {
      person: "1",
      clear: false,
      madeAt: "2026-07-01T00:00:00Z",
      holders: [
        {
          name: "people",
          groups: [
            { key: "notes", total: 3, items: [{ what: "ann", value: '<script>alert("x")</script>&', at: null }] },
            { key: "empty", total: 0, items: [] },
          ],
        },
      ],
    },
    "en",
    words,
  );
  expect(html).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;");
  expect(html).not.toContain("<script");
  expect(html).toContain("1 of 3");
  expect(html).not.toContain("empty");
  expect(html).toContain("T &lt;1&gt;");
});
