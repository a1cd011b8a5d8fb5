import type { TemplateContent, TemplateSubstance } from "@terrace/domain/templates/content";
import { describe, expect, test } from "vitest";
import { lintTemplate, type LintGround } from "./lint.ts";

const GROUND: LintGround = {
  snippets: () => new Map([["footer", '<p>\n<a href="{{ links.unsubscribe }}">Bye</a>\n</p>']]),
  sees: (trait) => trait !== "income",
  traitShares: (traits) =>
    Promise.resolve({ people: 100, having: new Map(traits.map((trait) => [trait, { first_name: 63, email: 100 }[trait] ?? 0])) }),
  business: { name: "Tea", address: "", website: "" },
};

function substance(content: TemplateContent, rest: Partial<TemplateSubstance> = {}): TemplateSubstance {
  return {
    purpose: "marketing",
    tags: [],
    transactional: false,
    defaultLanguage: "en",
    contents: { en: content, "zh-cn": content },
    ...rest,
  };
}

function email(body: string, format: "html" | "mjml" = "html"): TemplateContent {
  return { channel: "email", subject: "S", preheader: "", format, body, replyTo: "" };
}

async function found(content: TemplateContent, rest: Partial<TemplateSubstance> = {}) {
  const { findings } = await lintTemplate(substance(content, { contents: { en: content }, ...rest }), GROUND);
  return findings.filter(({ code }) => code !== "language_missing").map(({ code, line, details }) => ({ code, line, ...details }));
}

describe("checks before publishing", () => {
  test("a trait that some people lack needs a default, a condition, or a word that it is required", async () => {
    const bye = '<a href="{{ links.unsubscribe }}">x</a>';
    expect(await found(email(`${bye}\n<p>{{ person.first_name }}</p>`))).toEqual([
      { code: "trait_missing", line: 2, trait: "first_name", variable: "person.first_name", missing: 37, people: 100, percent: 37 },
    ]);
    for (const mended of [
      '{{ person.first_name | default: "you" }}',
      "{{ person.first_name | required }}",
      "{% if person.first_name %}{{ person.first_name | upcase }}{% endif %}",
      "{% unless person.first_name %}you{% else %}{{ person.first_name }}{% endunless %}",
      "{% assign first = person.first_name | default: 'you' %}{{ first }}",
      "{{ person.email }}",
    ])
      expect(await found(email(`${bye}${mended}`))).toEqual([]);
    for (const lacking of [
      "{% if person.email %}{{ person.first_name }}{% endif %}",
      "{% if person.first_name %}x{% else %}{{ person.first_name }}{% endif %}",
      "{{ person.first_name | upcase }}",
      "{{ person.email | append: person.first_name }}",
      "{% assign first = person.first_name %}{{ first }}",
    ])
      expect(await found(email(`${bye}${lacking}`))).toMatchObject([{ code: "trait_missing", trait: "first_name" }]);
    expect(await found(email(`${bye}{{ person.shoe }}`))).toMatchObject([{ code: "no_such_trait", trait: "shoe" }]);
  });

  test("a trait that who asks does not see needs a default whoever has it, and nothing is asked or told of it", async () => {
    const asked: string[] = [];
    const text = (words: string) => substance({ channel: "sms", text: words, signature: "", providerTemplate: null });
    const traitShares: LintGround["traitShares"] = (traits) => {
      asked.push(...traits);
      return GROUND.traitShares(traits);
    };
    const told = async (words: string) =>
      (await lintTemplate(text(words), { ...GROUND, traitShares })).findings.filter(({ language }) => language === "en");
    expect(await told("{{ person.income }} {{ person.email }}")).toMatchObject([
      { code: "trait_unseen", severity: "error", details: { trait: "income", variable: "person.income" } },
    ]);
    expect(await told("{{ person.income | default: 'x' }}")).toEqual([]);
    expect(asked).toEqual(["email"]);
  });

  test("variables that nobody gives are found, and properties that may be missing are pointed at", async () => {
    const text = (words: string): TemplateContent => ({ channel: "sms", text: words, signature: "", providerTemplate: null });
    expect(await found(text("a\n{{ user.name }}"))).toEqual([{ code: "no_such_variable", line: 2, variable: "user.name" }]);
    expect(await found(text("{{ business.phone }} {{ links.home }}"))).toMatchObject([
      { code: "no_such_variable" },
      { code: "no_such_variable" },
    ]);
    expect(await found(text("{{ business.name }} {{ business.address }}"))).toMatchObject([{ code: "business_unsaid" }]);
    expect(await found(text("{% for item in event.items %}{{ item.name }}{% endfor %}"))).toMatchObject([
      { code: "property_unsure", variable: "event.items" },
    ]);
    expect(await found(text("Hi {{ person.email"))).toMatchObject([{ code: "unreadable", line: 1 }]);
    expect(await found(text("\n{% if person.email %}x"))).toMatchObject([{ code: "unreadable", line: 2 }]);
    expect(await found(text("{{ person.email | shout }}"))).toMatchObject([{ code: "unreadable" }]);
    expect(await found(text("  "))).toMatchObject([{ code: "blank" }]);
    expect(await found(text("x".repeat(1_001)))).toMatchObject([{ code: "too_long", length: 1001, most: 1000 }]);
  });

  test("what is sent to market has a way out, be it in a snippet", async () => {
    expect(await found(email("<p>x</p>"))).toMatchObject([{ code: "no_unsubscribe" }]);
    expect(await found(email('<p>x</p>{% render "footer" %}'))).toEqual([]);
    expect(await found(email("<p>x</p>"), { transactional: true })).toEqual([]);
    expect(await found(email('<p>x</p>{% render "header" %}'), { transactional: true })).toMatchObject([
      { code: "no_such_snippet", snippet: "header" },
    ]);
    // The lines are those of the text as it was written.
    expect(await found(email('{% render "footer" %}\n{{ nothing.x }}'))).toMatchObject([{ code: "no_such_variable", line: 2 }]);
  });

  test("languages, links and markup are looked at", async () => {
    const bye = '<a href="{{ links.unsubscribe }}">x</a>';
    const { findings } = await lintTemplate(substance(email(bye), { contents: { fr: email(bye) } }), GROUND);
    expect(findings.map(({ code, language }) => [code, language])).toEqual([
      ["no_default_language", "en"],
      ["language_missing", "zh-cn"],
    ]);
    expect(await found(email(`${bye}<a href="http://x.example.test">y</a><img src="javascript:1">`))).toMatchObject([
      { code: "plain_link" },
      { code: "unsafe_link" },
    ]);
    expect(await found(email(`${bye}\n<div><b>x</div>`))).toEqual([{ code: "unclosed_tag", line: 2, tag: "<b>" }]);
    expect(await found(email(`${bye}<p style="color: {{ person.email }}">x</p>`))).toMatchObject([{ code: "unsafe_place" }]);
    expect(await found(email(`${bye}<p {{ person.email }}>x</p>`))).toMatchObject([{ code: "unsafe_place" }]);
    const mjml = (inside: string): TemplateContent => email(`<mjml><mj-body>${inside}</mj-body></mjml>`, "mjml");
    const column = `<mj-section><mj-column><mj-text>${bye}</mj-text></mj-column></mj-section>`;
    expect(await found(mjml(column))).toEqual([]);
    expect(await found(mjml(`${column}\n{% if person.email %}x{% endif %}`))).toMatchObject([
      { code: "tag_lost", line: 2 },
      { code: "tag_lost", line: 2 },
    ]);
    expect(await found(mjml(`<mj-wrapper>${column}`))).toMatchObject([{ code: "unclosed_tag", tag: "<mj-wrapper>" }]);
    expect(await found(mjml(`${column}<mj-nothing></mj-nothing>`))).toMatchObject([{ code: "markup_wrong" }]);
    expect(await found(email(`<p>${bye}</p>`, "mjml"))).toMatchObject([{ code: "unreadable" }]);
  });
});
