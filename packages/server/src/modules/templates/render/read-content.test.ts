import type { Json, JsonObject } from "@terrace/domain/json";
import type { TemplateContent } from "@terrace/domain/templates/content";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileEmail, type EmailContent } from "./compile-email.ts";
import { readContent } from "./read-content.ts";
import type { Variables } from "./scope.ts";

const PLACE = { language: "en", timeZone: "Asia/Shanghai", currency: "CNY", nowMs: Date.UTC(2026, 6, 16, 20, 30) };
const LINKS = { unsubscribe: "https://go.example.test/u/1?a=1&b=2", preferences: "https://go.example.test/p/1" };

function variables(person: JsonObject, event: JsonObject = {}): Variables {
  return { person, event, journey: {}, business: { name: "Tea & Co" }, links: LINKS };
}

function email(body: string, rest: Partial<EmailContent> = {}): EmailContent {
  return { channel: "email", subject: "Hello {{ person.name }}", preheader: "", format: "html", body, replyTo: "", ...rest };
}

async function mail(content: EmailContent, given: Variables) {
  const { compiled } = await compileEmail(content, "en");
  const made = readContent({ content, email: compiled })(given, PLACE);
  if (!made.ok || made.value.channel !== "email") throw new Error(JSON.stringify(made));
  return made.value;
}

function sms(text: string): TemplateContent {
  return { channel: "sms", text, signature: "叠翠", providerTemplate: null };
}

function textOf(text: string, given: Variables, place: Partial<typeof PLACE> = {}) {
  const made = readContent({ content: sms(text) })(given, { ...PLACE, ...place });
  return made.ok && made.value.channel === "sms" ? made.value.text : made;
}

describe("filling a template", () => {
  test("a value that is missing, empty or blank is told, unless the template says what stands for it", () => {
    for (const person of [{}, { name: null }, { name: "" }, { name: " \n" }, { name: "\u0000\u200b" }]) {
      expect(textOf("Hi {{ person.name }}!", variables(person))).toMatchObject({
        ok: false,
        fault: { code: "template.variable_missing", details: { variable: "person.name", path: "text" } },
      });
      expect(textOf('Hi {{ person.name | default: "there" }}!', variables(person))).toBe("Hi there!");
      expect(textOf("Hi{% if person.name %} {{ person.name }}{% endif %}!", variables(person))).toBe("Hi!");
    }
    expect(textOf("{{ event.items[0].name }}", variables({}, { items: [{ name: "" }] }))).toMatchObject({ ok: false });
  });

  test("amounts are minor units, days and times those of the workspace, in the words of the language", () => {
    const event = { total: 123456, at: "2026-07-16T20:30:00Z", day: "2026-07-16", count: 1234.5 };
    expect(textOf("{{ event.total | money }}", variables({}, event))).toBe("CN¥1,234.56");
    expect(textOf("{{ event.total | money }}", variables({}, event), { language: "zh-cn" })).toBe("¥1,234.56");
    expect(textOf('{{ event.total | money: "JPY" }}', variables({}, event))).toBe("¥123,456");
    expect(textOf("{{ event.at | date }} {{ event.day | date }}", variables({}, event))).toBe("July 17, 2026 July 16, 2026");
    expect(textOf('{{ event.at | date: "%Y-%m-%d %H:%M" }}', variables({}, event))).toBe("2026-07-17 04:30");
    expect(textOf('{{ "now" | date: "day" }}', variables({}), { language: "zh-cn" })).toBe("7月17日");
    expect(textOf("{{ event.count | number }} {{ event.count | number: 0 }}", variables({}, event))).toBe("1,234.5 1,235");
    expect(textOf('{{ "叠翠茶铺会员" | truncate: 4 }} {{ "13812342046" | mask: 3, 4 }}', variables({}))).toBe("叠翠茶… 138****2046");
    expect(textOf("{{ event.day | money }}", variables({}, event))).toMatchObject({ ok: false, fault: { code: "template.value_unfit" } });
  });

  test("a fault of a filter does not tell the value", () => {
    const made = textOf("{{ 100 | money: person.name }}", variables({ name: "欧阳春晓" }));
    expect(made).toMatchObject({ ok: false, fault: { code: "template.value_unfit" } });
    expect(JSON.stringify(made)).not.toContain("欧阳");
  });

  test("filters of our own are counted as those of Liquid are", () => {
    const long = "{% assign s = event.s %}{% for i in (1..3000) %}{{ s | FILTER }}{% endfor %}";
    const event = { s: "x".repeat(10_000) };
    for (const filter of ["truncate: 1", "mask: 1, 1"])
      expect(textOf(long.replace("FILTER", filter), variables({}, event))).toMatchObject({
        ok: false,
        fault: { code: "template.too_long" },
      });
    expect(textOf(`{{ "now" | date: "${"%B".repeat(60)}" }}`, variables({}))).toMatchObject({ fault: { code: "template.value_unfit" } });
  });

  test("nothing of the machine is reached, and nothing runs without end", () => {
    const given = variables({ name: "x" });
    for (const text of [
      '{% include "/etc/passwd" %}',
      '{% render "x" %}',
      '{% layout "x" %}',
      "{{ person.name | raw }}",
      "{{ person.name | json }}",
    ])
      expect(() => textOf(text, given)).toThrow();
    for (const path of ["constructor", "__proto__", "constructor.constructor", "name.constructor"])
      expect(textOf(`{{ person.${path} }}`, given)).toMatchObject({ ok: false });
    const loop = "{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}";
    expect(textOf(loop, given)).toMatchObject({ ok: false, fault: { code: "template.too_long" } });
    expect(textOf("{% for i in (1..100000000) %}x{% endfor %}", given)).toMatchObject({ ok: false, fault: { code: "template.too_long" } });
    expect(textOf(`{% for i in (1..5000) %}${"x".repeat(1_000)}{% endfor %}`, given)).toMatchObject({
      ok: false,
      fault: { code: "template.too_long" },
    });
  });

  test("a mail in MJML keeps its variables, hides its preheader and says every link in plain text", async () => {
    const body = `<mjml><mj-body><mj-section><mj-column><mj-text>Dear {{ person.name }}{% if person.vip %}, our VIP{% endif %}</mj-text>
      <mj-button href="https://shop.example.test/?from={{ person.city }}">Look &amp; buy</mj-button>
      <mj-raw>{% for item in event.items %}</mj-raw><mj-text>{{ item.name }}</mj-text><mj-raw>{% endfor %}</mj-raw>
      <mj-text><a href="{{ links.unsubscribe }}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>`;
    const given = variables({ name: "Ann <b>", city: "a&b=c" }, { items: [{ name: "Oolong" }, { name: "Pu'er" }] });
    const made = await mail(email(body, { format: "mjml", preheader: "News & more for {{ person.name }}" }), given);
    expect(made.html).toContain("Dear Ann &lt;b&gt;");
    expect(made.html).not.toContain("VIP");
    expect(made.html).toContain("https://shop.example.test/?from=a%26b%3Dc");
    expect(made.html).toContain("Pu&#39;er");
    expect(made.html).toContain(">News &amp; more for Ann &lt;b&gt;</div>");
    expect(made.html).toContain('lang="en"');
    expect(made.html).not.toMatch(/fonts\.googleapis|lq\d+x/);
    expect(made.text).toContain("Dear Ann <b>");
    expect(made.text).toContain("Look & buy (https://shop.example.test/?from=a%26b%3Dc)");
    expect(made.text).toContain("Oolong");
    expect(made.text).toContain(`Unsubscribe (${LINKS.unsubscribe})`);
  });

  test("a value that would run as an address is refused, wherever it stands", async () => {
    const link = email('<a href="{{ event.url }}">x</a>');
    const { compiled } = await compileEmail(link, "en");
    const read = readContent({ content: link, email: compiled });
    for (const url of ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x"])
      expect(read(variables({ name: "A" }, { url }), PLACE)).toMatchObject({ ok: false, fault: { code: "template.unsafe_link" } });
    expect(read(variables({ name: "A" }, { url: "https://x.example.test/" }), PLACE).ok).toBe(true);
    const push: TemplateContent = { channel: "push", title: "T", body: "B", imageUrl: "", link: "{{ event.url }}", data: [] };
    expect(readContent({ content: push })(variables({}, { url: "javascript:x" }), PLACE)).toMatchObject({ ok: false });
    expect(readContent({ content: push })(variables({}, { url: "myapp://cart" }), PLACE).ok).toBe(true);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.constantFrom(
    '"><script>alert(1)</script>',
    "' onmouseover='x",
    "{{ person.name }}",
    "{% raw %}",
    "a\r\nBcc: everybody@example.test",
    '","admin":true,"x":"',
    "\u2028\u2029\u0000",
    "-->",
    "lq0x",
    "&lt;b&gt;",
  ),
  fc.string({ unit: fc.constantFrom("<", ">", '"', "'", "&", "{", "%", "}", "\r", "\n", "\\", "a", "梯"), minLength: 1 }),
);

describe("whatever people are called", () => {
  test("their values stay values in HTML, in headers, in addresses and in JSON", async () => {
    const content = email(
      '<p title="{{ person.name }}">{{ person.name }}</p><a href="https://x.example.test/?q={{ person.name }}&amp;end=1">y</a>',
    );
    const { compiled } = await compileEmail(content, "en");
    const read = readContent({ content, email: compiled });
    const hook: TemplateContent = {
      channel: "webhook",
      method: "POST",
      url: "https://hook.example.test/{{ person.name }}/in",
      headers: [{ name: "X-Name", value: "{{ person.name }}" }],
      body: { name: "{{ person.name }}", text: "Hi {{ person.name }}", list: ["{{ event.items }}"], count: 1 },
    };
    const readHook = readContent({ content: hook });
    fc.assert(
      fc.property(nasty, fc.jsonValue(), (name, items) => {
        fc.pre(/[^\s\p{C}]/u.test(name) && !/^\.\.?$/.test(name));
        const given = variables({ name }, { items: { kept: items as Json, one: 1 } });
        const made = read(given, PLACE);
        if (!made.ok || made.value.channel !== "email") throw new Error(JSON.stringify(made));
        const { html, subject } = made.value;
        expect(html.match(/<\/?[a-z]+/gi)).toEqual(["<p", "</p", "<a", "</a"]);
        expect(html.match(/"/g)).toHaveLength(4);
        const inside = /^<p title="([^"]*)">([^<]*)<\/p>/.exec(html);
        expect(inside?.[1]).toBe(inside?.[2]);
        expect(unescape(inside?.[1] ?? "")).toBe(name);
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        const address = new URL(unescape(/href="([^"]*)"/.exec(html)?.[1] ?? ""));
        expect([...address.searchParams.keys()]).toEqual(["q", "end"]);
        const called = readHook(given, PLACE);
        if (!called.ok || called.value.channel !== "webhook") throw new Error(JSON.stringify(called));
        const { body, headers, url } = called.value;
        expect(Object.keys(body)).toEqual(["name", "text", "list", "count"]);
        expect(body["name"]).toBe(name);
        expect(body["text"]).toBe(`Hi ${name}`);
        expect(headers["X-Name"]).not.toMatch(/\p{Cc}/u);
        expect(new URL(url).host).toBe("hook.example.test");
        expect(read(given, PLACE)).toEqual(made);
      }),
    );
  });

  test("the plain text of a mail has every link of it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.webUrl({ withQueryParameters: true }), nasty), { minLength: 1, maxLength: 5 }),
        async (links) => {
          const body = links.map(([, words], at) => `<div><a href="{{ event.links[${at}] }}">${escaped(words)}</a></div>`).join("");
          const made = await mail(email(body), variables({ name: "A" }, { links: links.map(([url]) => url) }));
          for (const [url] of links) expect(made.text).toContain(url);
        },
      ),
    );
  });
});

function unescape(html: string): string {
  return html.replaceAll(
    /&(amp|lt|gt|#34|#39);/g,
    (_all, name: string) => ({ amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" })[name] ?? "",
  );
}

function escaped(words: string): string {
  return words.replaceAll(/[<>&"'{}%]/g, "");
}
