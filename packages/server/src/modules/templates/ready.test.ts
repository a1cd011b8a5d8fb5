import { READY_TEMPLATES } from "@terrace/domain/templates/ready/all";
import { describe, expect, test } from "vitest";
import { lintTemplate } from "./render/lint.ts";
import { readContent } from "./render/read-content.ts";

const PLACE = { timeZone: "Asia/Shanghai", currency: "CNY", nowMs: 0, unsubscribeUrl: undefined };
const LINKS = { unsubscribe: "https://t.example.test/u", preferences: "https://t.example.test/p" };
const EVENT = {
  items: [{ name: "Oolong" }, {}],
  total: 9900,
  url: "https://s.example.test/cart?a=1",
  offer: "<b>10%</b>",
  expires_at: "2026-08-01",
  gift: "Tea",
  order_id: "o1",
  product: "Cup",
  review_url: "https://s.example.test/r",
  survey_url: "https://s.example.test/s",
};

describe.each(READY_TEMPLATES.map((ready) => [ready.key, ready] as const))("the ready template %s", (_key, { substance }) => {
  test("passes every check where nobody has any trait, and is filled for somebody who is not known at all", async () => {
    const { findings, compiled } = await lintTemplate(substance, {
      snippets: () => new Map(),
      sees: () => true,
      traitShares: (traits) => Promise.resolve({ people: 10, having: new Map(traits.map((trait) => [trait, 0])) }),
      business: { name: "Tea", address: "", website: "" },
    });
    expect(findings).toEqual([]);
    expect(Object.keys(compiled).toSorted()).toEqual(["en", "zh-cn"]);
    for (const [language, one] of Object.entries(compiled))
      for (const [person, event, business] of [
        [{}, {}, { name: "Tea" }],
        [{ name: "Ann" }, EVENT, { name: "Tea", address: "1 Lane", website: "https://s.example.test" }],
      ] as const) {
        const made = readContent(one)({ person, event, journey: {}, business, links: LINKS }, { ...PLACE, language });
        expect(made).toMatchObject({ ok: true });
        expect(JSON.stringify(made)).not.toMatch(/\{\{|\{%|undefined|NaN/);
      }
  });
});
