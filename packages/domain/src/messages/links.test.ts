import fc from "fast-check";
import { expect, test } from "vitest";
import { isMachine, isTooSoon } from "./automatic.ts";
import { isOver, lastDayOf, LINK_KINDS, readLink, writeLink } from "./link-token.ts";
import { leadLinks, withPixel } from "./track-links.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,39}$/);
const said = fc.record({
  kind: fc.constantFrom(...LINK_KINDS),
  reference: fc.oneof(fc.constant(""), fc.stringMatching(/^[0-9a-f]{24}$/)),
  originId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  purpose: word,
  channel: fc.oneof(fc.constant(""), word),
  target: fc.oneof(fc.constant(""), fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()),
  place: fc.integer({ min: 0, max: 99_999 }),
  untilDay: fc.integer({ min: 0, max: 999_999 }),
});

test("what a link says is read as it was written, and nothing else is read", () => {
  fc.assert(
    fc.property(said, (one) => {
      expect(readLink(writeLink(one))).toEqual(one);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readLink(text)).toBeUndefined();
    }),
  );
});

test("a link is over after its last day, whatever the hour", () => {
  const made = Date.parse("2026-03-10T23:59:00Z");
  const link = { ...base(), untilDay: lastDayOf("click", made) };
  expect(isOver(link, Date.parse("2026-09-06T23:59:59Z"))).toBe(false);
  expect(isOver(link, Date.parse("2026-09-07T00:00:00Z"))).toBe(true);
});

function base() {
  return { kind: "click", reference: "", originId: "1", purpose: "", channel: "", target: "", place: 0 } as const;
}

test.each([
  ["", true],
  ["Mozilla/5.0", true],
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true],
  ["facebookexternalhit/1.1", true],
  ["python-requests/2.32", true],
  ["Mozilla/5.0 (Windows NT 10.0) Mimecast-URL-Check", true],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50",
    false,
  ],
  ["Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", false],
  ["Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", false],
])("%j is a program: %s", (userAgent, machine) => {
  expect(isMachine(userAgent)).toBe(machine);
});

test("nobody reads within two seconds of sending", () => {
  expect([isTooSoon(undefined, 5), isTooSoon(1_000, 2_999), isTooSoon(1_000, 3_000)]).toEqual([false, true, false]);
});

test("links to the web are led in their order; others, and what is no link, stay", () => {
  const html = `<body><a href="https://a.test/?x=1&amp;y=2">a</a><a class="b" href='http://b.test/'>b</a><a href="mailto:a@b.test">m</a>
    <a name="x">n</a><img src="https://c.test/p.png"><A HREF="https://d.test/">d</A><a data-href="https://e.test/">e</a></body>`;
  const seen: string[] = [];
  const led = leadLinks(html, (target, place) => {
    seen.push(`${place} ${target}`);
    return target.includes("b.test") ? undefined : `https://t.test/m/c/${place}?a&b`;
  });
  expect(seen).toEqual(["1 https://a.test/?x=1&y=2", "2 http://b.test/", "3 https://d.test/"]);
  expect(led).toContain(`<a href="https://t.test/m/c/1?a&amp;b">a</a><a class="b" href='http://b.test/'>b</a>`);
  expect(led).toContain(`<img src="https://c.test/p.png"><A HREF="https://t.test/m/c/3?a&amp;b">d</A><a data-href="https://e.test/">e</a>`);
  expect(leadLinks(html, () => undefined)).toBe(html);
});

test("the pixel is the last of the body, or of what has none", () => {
  expect(withPixel("<body><p>a</p></body></html>", "https://t.test/o")).toMatch(
    /<p>a<\/p><img src="https:\/\/t\.test\/o"[^>]*><\/body><\/html>$/,
  );
  expect(withPixel("<p>a</p>", "https://t.test/o")).toMatch(/^<p>a<\/p><img [^>]*>$/);
});
