import { allRoutes } from "@terrace/contract/api/all-routes";
import { collectOperations } from "@terrace/contract/api/collect";
import { openApiDocument } from "@terrace/contract/openapi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html } from "./docs-html.ts";
import { renderDocsPage } from "./docs-page.ts";
import { SUMMARIES_ZH, TAGS_ZH } from "./docs-summaries.ts";
import { docsLanguage } from "./docs-words.ts";

const document = openApiDocument(allRoutes, collectOperations, "1.2.3");
const operations = Object.values(document.paths).flatMap((item) => Object.values(item));

describe("the documentation page", () => {
  test.each(["zh", "en"] as const)("shows every operation, reachable from its list (%s)", (language) => {
    const page = renderDocsPage(document, language);
    for (const { operationId } of operations) {
      expect(page).toContain(`<article class="card" id="${operationId}">`);
      expect(page).toContain(`<a href="#${operationId}">`);
    }
  });

  test("needs nothing from elsewhere and runs no script, as its security policy demands", () => {
    const page = renderDocsPage(document, "en");
    expect(page).not.toMatch(/<script|\son\w+=|https?:\/\/|@import|url\(/i);
  });

  test("has Chinese words for every section and operation", () => {
    expect(document.tags.map(({ name }) => name).filter((name) => TAGS_ZH[name] === undefined)).toEqual([]);
    expect(operations.map(({ operationId }) => operationId).filter((id) => SUMMARIES_ZH[id] === undefined)).toEqual([]);
  });

  test("speaks the language asked for, then the browser's, then Chinese", () => {
    expect(docsLanguage({ lang: "en" }, "zh-CN")).toBe("en");
    expect(docsLanguage({ lang: "fr" }, "zh-CN,zh;q=0.9,en;q=0.8")).toBe("zh");
    expect(docsLanguage({}, "en-US,en;q=0.9,zh;q=0.5")).toBe("en");
    expect(docsLanguage({}, undefined)).toBe("zh");
  });

  test("escapes whatever is put into it", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(html`<p title="${text}">${text}</p>`.html.replace(/^<p title="|">|<\/p>$/g, "")).not.toMatch(/[<>"']/);
      }),
    );
  });
});
