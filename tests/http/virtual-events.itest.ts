import { matchesClick, type Click, type VirtualMatcher } from "@terrace/domain/event/virtual-event";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrived, person, storedEvents, type StoredEvent } from "../sdk/arrivals.ts";

const SITE = "https://shop.example.test";
const CLICKS: readonly Click[] = [
  ...["1", "2", "3"].map((row) => ({
    selector: `#list > li.item:nth-of-type(${row}) > button.buy`,
    text: "加入购物车",
    path: "/",
  })),
  { selector: "#detail > button.buy", text: "加入购物车", path: "/product/42" },
  { selector: "#detail > button.buy.large", text: "立即购买 50% off", path: "/product/7/more" },
  { selector: "nav > a:nth-of-type(2)", text: "Cart (3)", path: "/a.b(c)" },
  { selector: "", text: "", path: "" },
];
const OLD = new Date(Date.now() - 40 * 86_400_000).toISOString();

let terrace: TestTerrace;
let operator: { readonly cookie: string; readonly csrf: string };

beforeAll(async () => {
  terrace = await startTerrace();
  const click = ({ selector, text, path }: Click, index: number, timestamp?: string): object => ({
    type: "track",
    event: "Element Clicked",
    anonymousId: `visitor-${index % 2}`,
    ...(timestamp === undefined ? {} : { timestamp }),
    properties: { selector, text, tag: "button" },
    context: { page: { path, url: `${SITE}${path}` } },
  });
  await terrace.send([
    ...CLICKS.map((one, index) => click(one, index)),
    ...CLICKS.slice(0, 2).map((one, index) => click(one, index, OLD)),
    { type: "track", event: "Order Completed", anonymousId: "visitor-0" },
    // Someone else's idea of a click must not break the rest.
    { type: "track", event: "Element Clicked", anonymousId: "visitor-0", properties: { selector: 7, text: ["加入购物车"] } },
  ]);
  await arrived(terrace, {}, CLICKS.length + 4);
  const signedIn = await fetch(`${terrace.url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(terrace.owner),
  });
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  operator = { cookie: (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "", csrf: csrfToken };
});
afterAll(async () => {
  expect(await terrace.stop()).toBe(0);
});

/** A link made by the signed-in operator for a page. */
async function openSession(url: string): Promise<{ readonly status: number; readonly url: string; readonly token: string }> {
  const answer = await fetch(`${terrace.url}/api/workspaces/1/visual-sessions`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: operator.cookie, "x-terrace-csrf": operator.csrf },
    body: JSON.stringify({ url }),
  });
  const body = (await answer.json()) as { url?: string };
  return { status: answer.status, url: body.url ?? "", token: (body.url ?? "").split("terrace-visual=")[1] ?? "" };
}

/** What the overlay asks, from a page of an origin. */
async function ask(
  path: string,
  body: object,
  origin = SITE,
): Promise<{ readonly status: number; readonly readableBy: string | null; readonly body: Record<string, unknown> }> {
  const answer = await fetch(`${terrace.url}/sdk/visual/${path}`, {
    method: "POST",
    headers: { "content-type": "text/plain", origin },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    readableBy: answer.headers.get("access-control-allow-origin"),
    body: (await answer.json()) as Record<string, unknown>,
  };
}

const matcher: fc.Arbitrary<VirtualMatcher> = fc
  .record(
    {
      selector: fc.record({
        match: fc.constantFrom("is", "alike", "last"),
        value: fc.constantFrom(
          ...CLICKS.map(({ selector }) => selector).filter(Boolean),
          "#list > li.item > button.buy",
          "button.buy",
          "a",
          "button.buy.large",
        ),
      }),
      text: fc.record({
        match: fc.constantFrom("is", "contains"),
        value: fc.constantFrom("加入购物车", "购物", "50% off", "_", "(3)", "Cart (3)"),
      }),
      path: fc.record({
        match: fc.constantFrom("is", "pattern"),
        value: fc.constantFrom("/", "/*", "/**", "/product/*", "/product/**", "/a.b(c)", "/a?b*", "/product/4*", "[a-z]"),
      }),
    },
    { requiredKeys: [] },
  )
  .filter(({ selector, text }) => selector !== undefined || text !== undefined);

describe("the overlay", () => {
  test("counts in the event engine what the rule says in memory, whatever the matcher", async () => {
    const { token } = await openSession(`${SITE}/`);
    // Properties that are no text count as none, in both.
    const recent: readonly Click[] = [...CLICKS, { selector: "", text: "", path: "" }];
    await fc.assert(
      fc.asyncProperty(fc.array(matcher, { minLength: 8, maxLength: 8 }), async (matchers) => {
        const { body } = await ask("count", { token, matchers });
        expect(body["counts"]).toEqual(matchers.map((one) => recent.filter((click) => matchesClick(one, click)).length));
      }),
      { numRuns: 25 },
    );
  });

  test("is let in by a token in the fragment, on pages of its site only", async () => {
    const { url, token } = await openSession(`${SITE}/product/42?from=console#reviews`);
    expect(url).toBe(`${SITE}/product/42?from=console#reviews&terrace-visual=${token}`);
    const started = await ask("start", { token });
    expect(started).toMatchObject({ status: 200, readableBy: SITE, body: { origin: SITE, workspace: "Terrace" } });
    const elsewhere = await ask("start", { token }, "https://evil.example.test");
    expect(elsewhere).toMatchObject({ status: 403, readableBy: null, body: { error: { code: "visual_session.elsewhere" } } });
    const [body = "", signature = ""] = token.split(".");
    const forged = Buffer.from(Buffer.from(body, "base64url").toString().replace('"workspaceId":1', '"workspaceId":2')).toString(
      "base64url",
    );
    for (const bad of ["", "x.y", `${forged}.${signature}`, signature])
      expect(await ask("start", { token: bad })).toMatchObject({
        status: 401,
        readableBy: null,
        body: { error: { code: "visual_session.invalid" } },
      });
  });

  test("is not let in without being asked by an operator, nor for what is no page", async () => {
    await expect(terrace.api("/visual-sessions", { body: { url: SITE } })).rejects.toThrow("session.missing");
    for (const url of ["shop.example.test", "javascript:alert(1)", "https://user:pass@shop.example.test/", "file:///etc/passwd"])
      expect((await openSession(url)).status).toBe(400);
  });

  test("says what is wrong with a name or a matcher", async () => {
    const { token } = await openSession(SITE);
    const good = { selector: { match: "last", value: "button.buy" } };
    expect(await ask("save", { token, name: "", matcher: good })).toMatchObject({ status: 400, body: { error: { field: "name" } } });
    expect(await ask("save", { token, name: "$x", matcher: good })).toMatchObject({ status: 400, body: { error: { field: "name" } } });
    expect(await ask("save", { token, name: "X", matcher: { path: { match: "is", value: "/" } } })).toMatchObject({
      status: 400,
      body: { error: { field: "matcher" } },
    });
    expect(await ask("save", { token, name: "Order Completed", matcher: good })).toMatchObject({
      status: 409,
      body: { error: { code: "virtual_event.name_taken" } },
    });
    expect(await ask("count", { token, matchers: [] })).toMatchObject({ status: 400 });
  });
});

describe("a virtual event", () => {
  const NAME = "点击加入购物车";

  test("counts from history, and stands wherever events are listed", async () => {
    const { token } = await openSession(SITE);
    expect(await ask("save", { token, name: NAME, matcher: { text: { match: "is", value: "加入购物车" } } })).toMatchObject({
      status: 200,
      body: { name: NAME },
    });
    expect((await ask("save", { token, name: NAME, matcher: { text: { match: "is", value: "x" } } })).status).toBe(409);

    const { items } = await terrace.api<{ items: { name: string; volume: number; volume30Days: number; createdBy: string }[] }>(
      "/virtual-events",
    );
    expect(items).toMatchObject([{ name: NAME, volume: 6, volume30Days: 4, createdBy: terrace.owner.email }]);

    const listed = await terrace.api<{
      items: { name: string; volume: number; volume30Days: number; virtual: unknown }[];
      nextCursor?: string;
    }>("/event-definitions?limit=2");
    expect(listed.items.map(({ name, volume }) => [name, volume])).toEqual([
      ["Element Clicked", 10],
      [NAME, 6],
    ]);
    expect(listed.items[1]).toMatchObject({ volume30Days: 4, virtual: { matcher: { text: { match: "is", value: "加入购物车" } } } });
    const rest = await terrace.api<{ items: { name: string }[] }>(`/event-definitions?limit=2&cursor=${listed.nextCursor ?? ""}`);
    expect(rest.items.map(({ name }) => name)).toEqual(["Order Completed"]);
    const found = await terrace.api<{ items: { name: string }[] }>(`/event-definitions?search=${encodeURIComponent("加入")}`);
    expect(found.items.map(({ name }) => name)).toEqual([NAME]);

    const page = await terrace.api<{ daily: { events: number }[]; properties: { name: string }[]; volume: number }>(
      `/event-definitions/${encodeURIComponent(NAME)}`,
    );
    expect(page.daily.reduce((sum, { events }) => sum + events, 0)).toBe(6);
    expect(page.properties.map(({ name }) => name)).toContain("selector");
  });

  test("is counted among the most frequent events, and named in the live stream", async () => {
    const { topEvents } = await terrace.api<{ topEvents: { name: string; events: number }[] }>("/overview?days=365");
    expect(topEvents.slice(0, 2)).toMatchObject([
      { name: "Element Clicked", events: 10 },
      { name: NAME, events: 6 },
    ]);
    await eventually(async () => {
      const { events } = await terrace.api<{ events: { name: string; virtual: string[] }[] }>("/live?limit=100");
      const clicks = events.filter(({ name }) => name === "Element Clicked");
      expect(clicks.filter(({ virtual }) => virtual.join() === NAME)).toHaveLength(6);
      expect(clicks.filter(({ virtual }) => virtual.length === 0)).toHaveLength(4);
    });
  });

  test("is found in stored events and in a person's timeline", async () => {
    const stored = (await storedEvents(terrace, { name: NAME })) as readonly (StoredEvent & { virtual: string[] })[];
    expect(stored).toHaveLength(6);
    expect(new Set(stored.map(({ name, virtual }) => `${name}: ${virtual.join()}`))).toEqual(new Set([`Element Clicked: ${NAME}`]));
    const { id } = await person(terrace, "anonymous_id", "visitor-0");
    type Timeline = { items: { name: string; virtual: string[] }[]; names?: { name: string; count: number }[] };
    for (const limit of [200, 1]) {
      const timeline = await terrace.api<Timeline>(`/people/${id}/timeline?limit=${limit}`);
      expect(timeline.names).toEqual(
        expect.arrayContaining([
          { name: NAME, count: 3 },
          { name: "Element Clicked", count: 6 },
        ]),
      );
    }
    const only = await terrace.api<Timeline>(`/people/${id}/timeline?events=${encodeURIComponent(NAME)}`);
    expect(only.items.map(({ virtual }) => virtual)).toEqual([[NAME], [NAME], [NAME]]);
  });

  test("can be taken away: the clicks stay", async () => {
    await terrace.api(`/virtual-events/${encodeURIComponent(NAME)}`, { method: "DELETE" });
    await expect(terrace.api(`/virtual-events/${encodeURIComponent(NAME)}`, { method: "DELETE" })).rejects.toThrow(
      "virtual_event.not_found",
    );
    await expect(terrace.api(`/event-definitions/${encodeURIComponent(NAME)}`)).rejects.toThrow("event_definition.not_found");
    expect(await storedEvents(terrace, { name: NAME })).toEqual([]);
    expect(await storedEvents(terrace, { name: "Element Clicked" })).toHaveLength(10);
    const audit = await terrace.api<{ items: { action: string }[] }>("/audit?limit=20");
    expect(audit.items.map(({ action }) => action)).toEqual(expect.arrayContaining(["virtual_event.create", "virtual_event.delete"]));
  });
});
