import type { AnnotationView } from "@terrace/contract/api/annotations";
import type { Dashboard } from "@terrace/contract/api/dashboards";
import type { Goal } from "@terrace/contract/api/goals";
import type { SavedAnalysis } from "@terrace/contract/api/insight-saved";
import type { SegmentView } from "@terrace/contract/api/segments";
import { DASHBOARD_TEMPLATES } from "@terrace/domain/insight/boards/templates";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let terrace: TestTerrace;
type Listed = {
  readonly items: readonly { readonly id: string; readonly identities: readonly { readonly value: string }[] }[];
  readonly total: number;
};

const period = { from: "2026-03-01", to: "2026-03-08" };
/** u0 … u5 visit; the even ones buy. */
const PEOPLE = 6;
const personIds = new Map<string, string>();

beforeAll(async () => {
  terrace = await startTerrace();
  const names = Array.from({ length: PEOPLE }, (_, index) => `u${index}`);
  await terrace.send(
    names.flatMap((userId, index) => [
      { type: "track", userId, event: "Visited", messageId: `v${index}`, timestamp: "2026-03-02T08:00:00.000Z" },
      ...(index % 2 === 0
        ? [
            {
              type: "track",
              userId,
              event: "Bought",
              messageId: `b${index}`,
              timestamp: "2026-03-03T08:00:00.000Z",
              properties: { total: index },
            },
          ]
        : []),
    ]),
  );
  await eventually(async () => {
    const { items } = await terrace.api<Listed>("/people");
    expect(items).toHaveLength(PEOPLE);
    for (const { id, identities } of items) personIds.set(identities[0]?.value ?? "", id);
    expect((await terrace.api<{ items: unknown[] }>("/events?messageId=b4")).items).toHaveLength(1);
  });
}, 90_000);
afterAll(async () => {
  await terrace.stop();
});

/** Who is in a segment, by user id. */
async function members(segment: string): Promise<readonly string[]> {
  const { items } = await terrace.api<Listed>(`/people?segment=${segment}`);
  return items.flatMap(({ identities }) => identities.map(({ value }) => value)).toSorted();
}

async function refused(path: string, init: { readonly method?: string; readonly body?: unknown }): Promise<string> {
  return terrace.api(path, init).then(
    () => "",
    (error: unknown) => String(error),
  );
}

describe("segments", () => {
  test("the people behind a figure are kept, whatever becomes of the figure", async () => {
    const query = { period, steps: [{ event: "Visited" }, { event: "Bought" }] };
    const from = { kind: "funnel", query, cell: { step: 2, outcome: "dropped" } };
    const made = await terrace.api<SegmentView & { unknown: number }>("/segments", { body: { name: "Saw and left", from } });
    expect(made).toMatchObject({ name: "Saw and left", kind: "snapshot", madeFrom: from, size: 3, ready: true, unknown: 0 });
    expect(await members(made.id)).toEqual(["u1", "u3", "u5"]);
    const { items } = await terrace.api<{ items: SegmentView[] }>("/segments?search=saw");
    expect(items.map(({ id }) => id)).toEqual([made.id]);
    const of = await terrace.api<{ items: { id: string }[] }>(`/people/${personIds.get("u3")}/segments`);
    expect(of.items.map(({ id }) => id)).toEqual([made.id]);
  });

  test("people given by their ids; ids that nobody has are told", async () => {
    const people = [personIds.get("u0"), personIds.get("u1"), "123456789"];
    const made = await terrace.api<SegmentView & { unknown: number }>("/segments", { body: { name: "By hand", people } });
    expect(made).toMatchObject({ madeFrom: null, size: 2, unknown: 1 });
    await terrace.api(`/segments/${made.id}`, { method: "PATCH", body: { name: "Two", archived: true } });
    expect((await terrace.api<{ items: SegmentView[] }>("/segments?archived=true")).items).toMatchObject([{ id: made.id, name: "Two" }]);
    await terrace.api(`/segments/${made.id}`, { method: "DELETE" });
    expect(await refused(`/segments/${made.id}`, {})).toContain("segment.not_found");
    expect(await members(made.id)).toEqual([]);
  });

  test("who is joined with a member is in, and who is erased is out", async () => {
    const { id } = await terrace.api<SegmentView>("/segments", {
      body: { name: "Merged", people: [personIds.get("u1"), personIds.get("u2")] },
    });
    await terrace.api("/merges", {
      body: { people: [personIds.get("u0"), personIds.get("u1")], reason: "one and the same", confirmConflicts: true },
    });
    await eventually(async () => expect(await members(id)).toEqual(["u0", "u1", "u2"]));
    await terrace.api("/erasures", { body: { people: [personIds.get("u2")], reason: "asked for", confirm: "erase" } });
    await eventually(async () => {
      expect(await members(id)).toEqual(["u0", "u1"]);
      expect(await terrace.api<SegmentView>(`/segments/${id}`)).toMatchObject({ size: 1 });
    }, 30_000);
  });

  test("what is asked wrongly is told", async () => {
    expect(await refused("/segments", { body: { name: "x", from: { kind: "nothing", query: {} } } })).toContain("insight.no_such_analysis");
    expect(await refused("/segments", { body: { name: "x", from: { kind: "funnel", query: { period } } } })).toContain("steps");
    expect(await refused("/segments", { body: { name: " ", people: [personIds.get("u0")] } })).toContain("name");
  });
});

describe("notes on charts", () => {
  const listed = async (query = "") => (await terrace.api<{ items: AnnotationView[] }>(`/annotations${query}`)).items;

  test("are kept by day, can be changed and deleted, and every change is in the audit log", async () => {
    const later = await terrace.api<AnnotationView>("/annotations", { body: { day: "2026-03-05", text: " 盛夏抽茶开始 " } });
    const earlier = await terrace.api<AnnotationView>("/annotations", { body: { day: "2026-03-01", text: "改版上线" } });
    expect(later).toMatchObject({ day: "2026-03-05", text: "盛夏抽茶开始" });
    expect((await listed()).map(({ id }) => id)).toEqual([earlier.id, later.id]);
    expect((await listed("?from=2026-03-01&to=2026-03-05")).map(({ text }) => text)).toEqual(["改版上线"]);
    const moved = await terrace.api<AnnotationView>(`/annotations/${later.id}`, { method: "PATCH", body: { day: "2026-02-28" } });
    expect(moved).toEqual({ ...later, day: "2026-02-28" });
    expect((await listed()).map(({ id }) => id)).toEqual([later.id, earlier.id]);
    await terrace.api(`/annotations/${later.id}`, { method: "DELETE" });
    expect(await refused(`/annotations/${later.id}`, { method: "DELETE" })).toContain("annotation.not_found");
    expect(await listed()).toHaveLength(1);
    const { items } = await terrace.api<{ items: { action: string }[] }>("/audit?limit=10");
    expect(items.map(({ action }) => action).filter((action) => action.startsWith("annotation."))).toEqual([
      "annotation.delete",
      "annotation.update",
      "annotation.create",
      "annotation.create",
    ]);
  });

  test("have a day and a text", async () => {
    expect(await refused("/annotations", { body: { day: "2026-02-30", text: "x" } })).toContain("day");
    expect(await refused("/annotations", { body: { day: "2026-02-28", text: "  " } })).toContain("text");
  });
});

type Saved = SavedAnalysis & { readonly usedBy?: readonly { readonly id: string }[] };
const question = { kind: "funnel", query: { period, steps: [{ event: "Visited" }, { event: "Bought" }] } };

describe("saved analyses", () => {
  test("a change keeps what was before; who was slower is told", async () => {
    const made = await terrace.api<Saved>("/insight-saved", {
      body: { name: "Seen to bought", folder: "Shop", tags: ["weekly"], ...question },
    });
    expect(made).toMatchObject({ ...question, version: 1, mayChange: true, sharing: { with: "everyone", may: "view" } });
    const period2 = { from: "2026-03-02", to: "2026-03-04" };
    const body = { query: { ...question.query, period: period2 }, basedOn: 1 };
    expect(await terrace.api<Saved>(`/insight-saved/${made.id}`, { method: "PATCH", body })).toMatchObject({
      version: 2,
      query: { period: period2 },
    });
    expect(await refused(`/insight-saved/${made.id}`, { method: "PATCH", body })).toContain("saved.changed_since");
    const versions = await terrace.api<{ items: Saved[]; nextCursor: string }>(`/insight-saved/${made.id}/versions?limit=1`);
    const earlier = await terrace.api<{ items: Saved[] }>(`/insight-saved/${made.id}/versions?limit=1&cursor=${versions.nextCursor}`);
    expect([...versions.items, ...earlier.items]).toMatchObject([{ version: 2 }, { version: 1, query: question.query }]);
    const listed = async (query: string) => (await terrace.api<{ items: Saved[] }>(`/insight-saved?${query}`)).items.map(({ id }) => id);
    expect([await listed("search=WEEK"), await listed("kind=trends"), await listed("folder=Shop&mine=true")]).toEqual([
      [made.id],
      [],
      [made.id],
    ]);
    const copy = await terrace.api<Saved>(`/insight-saved/${made.id}/duplicate`, { body: { name: "Mine" } });
    expect(copy).toMatchObject({ version: 1, query: { period: period2 }, sharing: { with: "nobody" } });
    await terrace.api(`/insight-saved/${copy.id}`, { method: "PATCH", body: { archived: true } });
    expect([await listed("search=mine"), await listed("search=mine&archived=true")]).toEqual([[], [copy.id]]);
  });

  test("a question that cannot be asked is refused where it stands", async () => {
    const asked = { name: "x", kind: "funnel", query: { period, steps: [] } };
    expect(await refused("/insight-saved", { body: asked })).toContain('"field":"query.steps"');
    const tile = { id: "a", place: { x: 0, y: 0, w: 6, h: 4 }, content: { kind: "question", ask: { kind: "funnel", query: { period } } } };
    expect(await refused("/dashboards", { body: { name: "x", tiles: [tile] } })).toContain("tiles[0].content.ask.query.steps");
  });

  test("what is not shared is its owner's alone", async () => {
    const { secret } = await terrace.api<{ secret: string }>("/keys", {
      body: { kind: "secret", name: "other", scopes: ["events:read", "insight:write"] },
    });
    const as = async (path: string, init: RequestInit = {}) => {
      const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
      return fetch(new URL(`/api/workspaces/current${path}`, terrace.url), { ...init, headers });
    };
    const own = await terrace.api<Saved>("/insight-saved", {
      body: { name: "Own", ...question, sharing: { with: "nobody", may: "view" } },
    });
    const shown = await terrace.api<Saved>("/insight-saved", { body: { name: "For everyone", ...question } });
    expect((await as(`/insight-saved/${own.id}`)).status).toBe(404);
    expect(await (await as(`/insight-saved/${shown.id}`)).json()).toMatchObject({ mayChange: false });
    const refusal = await as(`/insight-saved/${shown.id}`, { method: "PATCH", body: JSON.stringify({ name: "Theirs" }) });
    expect(await refusal.json()).toMatchObject({ error: { code: "saved.not_yours" } });
    expect(((await (await as("/insight-saved?search=own")).json()) as { items: unknown[] }).items).toEqual([]);
  });
});

describe("dashboards and goals", () => {
  test("tiles name saved analyses and segments, which then stay", async () => {
    const analysis = await terrace.api<Saved>("/insight-saved", { body: { name: "On a dashboard", ...question } });
    const segment = await terrace.api<SegmentView>("/segments", { body: { name: "In a filter", people: [personIds.get("u4")] } });
    const place = { x: 0, y: 0, w: 6, h: 4 };
    const settings = { filters: { people: { segment: segment.id, in: true } }, refreshSeconds: 300 };
    const tiles = [{ id: "a", place, title: "", content: { kind: "analysis", analysis: analysis.id } }];
    const made = await terrace.api<Dashboard>("/dashboards", { body: { name: "Shop", tiles, settings } });
    expect(made).toMatchObject({ tiles, settings, tileCount: 1, version: 1 });
    expect((await terrace.api<Saved>(`/insight-saved/${analysis.id}`)).usedBy).toEqual([{ kind: "dashboard", id: made.id, name: "Shop" }]);
    expect(await refused(`/insight-saved/${analysis.id}`, { method: "DELETE" })).toContain("saved.in_use");
    expect(await refused(`/segments/${segment.id}`, { method: "DELETE" })).toContain("segment.in_use");
    await terrace.api(`/dashboards/${made.id}`, { method: "PATCH", body: { tiles: [], settings: { filters: {} } } });
    await terrace.api(`/segments/${segment.id}`, { method: "DELETE" });
    await terrace.api(`/insight-saved/${analysis.id}`, { method: "DELETE" });
    await terrace.api(`/dashboards/${made.id}`, { method: "DELETE" });
    expect(await refused(`/dashboards/${made.id}`, {})).toContain("dashboard.not_found");
  });

  test("a segment and a metric tell all that uses them; what is used stays", async () => {
    const { id: segment } = await terrace.api<SegmentView>("/segments", { body: { name: "Asked for", people: [personIds.get("u4")] } });
    const events = [{ event: "Bought", where: { segment, in: true } }];
    const definition = { kind: "measure", events, measure: { kind: "events" } };
    const metric = await terrace.api<{ id: string }>("/metrics", { body: { name: "自有订单", unit: "count", better: "up", definition } });
    const body = { metrics: [{ metric: metric.id }] };
    const question = { kind: "metric", body: { ...body, filters: { people: { segment, in: true } } } };
    const rule = { kind: "threshold", side: "above", value: 5, consecutive: 1 };
    const alert = await terrace.api<{ id: string }>("/alerts", { body: { name: "多", question, rule, interval: "day" } });
    const saved = await terrace.api<Saved>("/insight-saved", { body: { name: "Own", kind: "metric", query: { ...body, period } } });
    const content = { kind: "metric", metric: metric.id, as: "figure" };
    const tiles = [{ id: "a", place: { x: 0, y: 0, w: 3, h: 3 }, title: "", content }];
    const board = await terrace.api<Dashboard>("/dashboards", { body: { name: "Board", tiles } });
    const goal = await terrace.api<Goal>("/goals", { body: { metric: metric.id, unit: "month", startsOn: "2026-03-01", target: 5 } });
    const uses = async (path: string) => {
      const { usedBy } = await terrace.api<{ usedBy: { kind: string; id: string }[] }>(path);
      return usedBy.map(({ kind, id }) => `${kind} ${id}`).toSorted();
    };
    expect(await uses(`/segments/${segment}`)).toEqual([`alert ${alert.id}`, `metric ${metric.id}`]);
    expect(await uses(`/metrics/${metric.id}`)).toEqual(
      [`alert ${alert.id}`, `analysis ${saved.id}`, `dashboard ${board.id}`, `goal ${goal.id}`].toSorted(),
    );
    await terrace.api("/report-schedules/daily", { method: "PUT", body: { paused: true } });
    expect(await uses("/metrics/orders")).toEqual(["report daily"]);
    expect(await refused(`/segments/${segment}`, { method: "DELETE" })).toContain('"name":"自有订单","more":1');
    // Put away, a metric goes on for what uses it.
    await terrace.api(`/metrics/${metric.id}/archive`, { body: { archived: true } });
    expect(await terrace.api("/insight/metric", { body: { ...body, period } })).toMatchObject({ metrics: [{ lines: [{ total: 1 }] }] });
    const { usedBy } = await terrace.api<{ usedBy: Record<string, { id: string }[]> }>("/business-events");
    expect(usedBy["refund"]?.map(({ id }) => id)).toEqual(expect.arrayContaining(["refunded", "refund_rate"]));
    expect(usedBy["comment"]?.map(({ id }) => id)).not.toContain("orders");
    for (const path of [`/alerts/${alert.id}`, `/dashboards/${board.id}`, `/insight-saved/${saved.id}`, `/goals/${goal.id}`])
      await terrace.api(path, { method: "DELETE" });
    await terrace.api("/report-schedules/daily", { method: "DELETE" });
  });

  test.each(DASHBOARD_TEMPLATES)("the template %s asks questions that can be answered", async (template) => {
    const made = await terrace.api<Dashboard>("/dashboards", { body: { name: template, template, language: "en" } });
    expect(made.tiles.length).toBeGreaterThan(5);
    for (const { content } of made.tiles)
      if (content.kind === "question")
        expect(await terrace.api(`/insight/${content.ask.kind}`, { body: content.ask.query })).toHaveProperty("meta");
  });

  test("a metric has one goal for a period, which begins where such periods begin", async () => {
    const goal = { metric: "orders", unit: "month", startsOn: "2026-03-01", target: 1_200, owner: "王芳" };
    const made = await terrace.api<Goal>("/goals", { body: goal });
    expect(made).toMatchObject({ ...goal, endsBefore: "2026-04-01", note: "" });
    expect(await refused("/goals", { body: { ...goal, target: 1 } })).toContain("goal.exists");
    expect(await refused("/goals", { body: { ...goal, startsOn: "2026-03-02" } })).toContain("The month begins on 2026-03-01");
    await terrace.api(`/goals/${made.id}`, { method: "PATCH", body: { target: 1_300 } });
    const on = async (date: string) =>
      (await terrace.api<{ items: Goal[] }>(`/goals?metric=orders&on=${date}`)).items.map(({ target }) => target);
    expect([await on("2026-03-31"), await on("2026-04-01")]).toEqual([[1_300], []]);
    await terrace.api(`/goals/${made.id}`, { method: "DELETE" });
    expect(await on("2026-03-31")).toEqual([]);
  });
});
