import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { goalPeriod, type GoalUnit } from "./goal-period.ts";
import { addTile, moveTile, removeTile, type Laid } from "./lay-tiles.ts";
import { overrideQuery } from "./override-query.ts";
import { namedSegments, segmentsInQuery } from "./segments-in-query.ts";
import { mayChange, maySee, type Looker, type Sharing } from "./sharing.ts";
import { suggestBusinessEvents } from "../metrics/business-events.ts";
import { goalTarget } from "./goal-range.ts";
import { bindById, bindOwn, type OwnMetric } from "../metrics/own-metric.ts";
import { DASHBOARD_TEMPLATES, templateEvents, tilesOfTemplate } from "./templates.ts";
import { GRID_COLUMNS } from "./tile.ts";

describe("what holds for a whole dashboard", () => {
  const own = { event: "Paid", is: 1 };
  const all = { column: "channel", is: ["app"] };
  test("its period takes the place of a tile's, and its filters hold besides the tile's", () => {
    const query = { period: { current: "month" }, steps: [], filters: { events: own } };
    expect(
      overrideQuery(query, { period: { last: 7, unit: "day" }, filters: { events: all, people: { segment: "7", in: true } } }),
    ).toEqual({
      period: { last: 7, unit: "day" },
      steps: [],
      filters: { events: { all: [own, all] }, people: { segment: "7", in: true } },
    });
  });
  test("a question of one day has no period to take the place of; nothing asked changes nothing", () => {
    expect(overrideQuery({ at: "2026-01-01" }, { period: { current: "month" } })).toEqual({ at: "2026-01-01" });
    expect(overrideQuery({ period: 1, filters: { events: own } }, {})).toEqual({ period: 1, filters: { events: own } });
  });
});

test("segments are found wherever a query names them", () => {
  const query = {
    filters: { people: { all: [{ segment: "7", in: true }, { not: { segment: "8", in: true } }] } },
    breakdown: { by: { segment: ["9", "7"] } },
  };
  expect(segmentsInQuery(query).toSorted()).toEqual(["7", "8", "9"]);
  expect(segmentsInQuery({ property: "segment", is: ["12"], segment: "vip" })).toEqual([]);
  expect(namedSegments(query)).toEqual([
    { id: "7", field: "filters.people.all.0.segment" },
    { id: "8", field: "filters.people.all.1.not.segment" },
    { id: "9", field: "breakdown.by.segment.0" },
    { id: "7", field: "breakdown.by.segment.1" },
  ]);
});

describe("who sees and changes what was saved", () => {
  const ann: Looker = { name: "ann", role: "analyst", managesAll: false };
  test.each<[Sharing["with"], Sharing["may"], Partial<Looker>, readonly [boolean, boolean]]>([
    ["nobody", "edit", {}, [false, false]],
    ["everyone", "view", {}, [true, false]],
    ["everyone", "edit", {}, [true, true]],
    [["analyst"], "edit", {}, [true, true]],
    [["operator"], "edit", {}, [false, false]],
    [["operator"], "view", { role: null }, [false, false]],
    ["nobody", "view", { name: "bob" }, [true, true]],
    ["nobody", "view", { managesAll: true }, [true, true]],
  ])("shared with %s to %s: %j", (shown, may, looker, expected) => {
    const saved = { owner: "bob", sharing: { with: shown, may } };
    const who = { ...ann, ...looker };
    expect([maySee(saved, who), mayChange(saved, who)]).toEqual(expected);
  });
});

test.each<[GoalUnit, string, string]>([
  ["day", "2026-02-28", "2026-03-01"],
  ["week", "2026-03-02", "2026-03-09"],
  ["month", "2028-02-01", "2028-03-01"],
  ["quarter", "2026-10-01", "2027-01-01"],
  ["year", "2026-01-01", "2027-01-01"],
])("the %s that begins on %s ends before %s", (unit, from, to) => {
  expect(goalPeriod(unit, from)).toEqual({ ok: true, value: { from, to } });
});

test.each<[GoalUnit, string, string]>([
  ["week", "2026-03-01", "The week begins on 2026-02-23"],
  ["week", "1969-12-31", "The week begins on 1969-12-29"],
  ["quarter", "2026-11-15", "The quarter begins on 2026-10-01"],
  ["month", "2026-02-30", "Give a date such as 2026-07-01"],
])("no %s begins on %s", (unit, date, mend) => {
  expect(goalPeriod(unit, date)).toMatchObject({ ok: false, fault: { code: "goal.period_invalid", mend } });
});

test("templates ask about what counts as what in the workspace, with its conditions", () => {
  const order = { event: "付款成功", where: { property: "type", is: ["goods"] } } as const;
  const business = { registration: [{ event: "开户" }, { event: "导入" }], order: [order] };
  const events = templateEvents(new Set(["$pageview", "Signed Up", "Order Completed"]), business);
  expect(events).toMatchObject({ registration: { event: "开户" }, order, view: { event: "$pageview" }, cart: { event: "Product Added" } });
  for (const template of ["growth", "revenue", "membership"] as const) {
    const asked = JSON.stringify(tilesOfTemplate(template, events, "zh-CN"));
    expect(asked).toContain(JSON.stringify(order));
    expect(asked).not.toMatch(/Order Completed|Signed Up/);
  }
});

test.each(DASHBOARD_TEMPLATES)("tiles of the template %s lie on the grid without covering each other", (template) => {
  const tiles = tilesOfTemplate(template, templateEvents(new Set(["$SignUp"]), suggestBusinessEvents(new Set(["$SignUp"]))), "en");
  const cells = tiles.flatMap(({ place: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...tiles.map(({ place: { x, w } }) => x + w))).toBeLessThanOrEqual(GRID_COLUMNS);
  expect(JSON.stringify(tiles)).not.toContain("Signed Up");
});

describe("laying tiles", () => {
  const tile = (id: string, ...[x, y, w, h]: readonly [number, number, number, number]): Laid => ({ id, place: { x, y, w, h } });
  const rows = (tiles: readonly Laid[]) => Object.fromEntries(tiles.map(({ id, place: { x, y, w, h } }) => [id, [x, y, w, h]]));
  const two = [tile("a", 0, 0, 6, 4), tile("b", 6, 0, 6, 4), tile("c", 0, 4, 12, 2)];

  test("a tile put on others takes their place, and they move down", () => {
    expect(rows(moveTile(two, "c", { x: 0, y: 0, w: 12, h: 2 }))).toEqual({ c: [0, 0, 12, 2], a: [0, 2, 6, 4], b: [6, 2, 6, 4] });
    expect(rows(moveTile(two, "a", { x: 4, y: 0, w: 6, h: 4 }))).toEqual({ a: [4, 0, 6, 4], b: [6, 4, 6, 4], c: [0, 8, 12, 2] });
  });
  test("what is put beyond the grid stays on it, and nothing hangs in the air", () => {
    expect(rows(moveTile(two, "b", { x: 40, y: 90, w: 1, h: 0 }))).toEqual({ a: [0, 0, 6, 4], c: [0, 4, 12, 2], b: [10, 6, 2, 1] });
    expect(rows(removeTile(two, "a"))).toEqual({ b: [6, 0, 6, 4], c: [0, 4, 12, 2] });
    expect(rows(addTile(two, tile("d", 0, 0, 3, 2)))).toMatchObject({ d: [0, 6, 3, 2] });
  });
  test("no two tiles ever lie on one place, whatever is done", () => {
    const act = fc.record({
      id: fc.constantFrom("0", "1", "2", "3", "4"),
      place: fc.record({
        x: fc.integer({ min: -3, max: 15 }),
        y: fc.integer({ min: -3, max: 15 }),
        w: fc.integer({ min: 0, max: 14 }),
        h: fc.integer({ min: 0, max: 9 }),
      }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        let tiles: readonly Laid[] = ["0", "1", "2", "3", "4"].map((id, index) =>
          tile(id, (index % 3) * 4, Math.floor(index / 3) * 3, 4, 3),
        );
        for (const { id, place } of acts) tiles = moveTile(tiles, id, place);
        const cells = tiles.flatMap(({ place: { x, y, w, h } }) =>
          Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
        );
        expect([tiles.length, new Set(cells).size]).toEqual([5, cells.length]);
        expect(tiles.every(({ place }) => place.x >= 0 && place.x + place.w <= GRID_COLUMNS && place.y >= 0)).toBe(true);
      }),
    );
  });
});

test("a goal's target is one that figures of its metric can come to, own ones too", () => {
  const ground = { own: new Map(), business: suggestBusinessEvents(new Set()) };
  const of = (metric: string | OwnMetric, target: number) => {
    const bound = typeof metric === "string" ? bindById(metric, {}, ground) : bindOwn(metric, ground);
    return bound.ok ? goalTarget(bound.value, target) : bound;
  };
  const own: OwnMetric = { unit: "share", definition: { kind: "ratio", of: "buyers", per: "active_people" } };
  for (const [metric, target] of [
    ["pay_rate", 0.4],
    ["net_revenue", 0],
    ["user_growth_rate", 2.5],
    ["registration_growth_rate", -0.1],
    [own, 1],
  ] as const)
    expect(of(metric, target)).toEqual({ ok: true, value: target });
  for (const [metric, target] of [
    ["pay_rate", 40],
    ["net_revenue", -1],
    ["buyers", -5],
    ["user_growth_rate", -2],
    [own, 1.2],
  ] as const)
    expect(of(metric, target)).toMatchObject({ ok: false, fault: { code: "goal.target_out_of_range", field: "target" } });
});
