import { describe, expect, test } from "vitest";
import { goalPeriod, type GoalUnit } from "./goal-period.ts";
import { overrideQuery } from "./override-query.ts";
import { segmentsInQuery } from "./segments-in-query.ts";
import { mayChange, maySee, type Looker, type Sharing } from "./sharing.ts";
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

test.each(DASHBOARD_TEMPLATES)("tiles of the template %s lie on the grid without covering each other", (template) => {
  const tiles = tilesOfTemplate(template, templateEvents(new Set(["$SignUp"])), "en");
  const cells = tiles.flatMap(({ place: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...tiles.map(({ place: { x, w } }) => x + w))).toBeLessThanOrEqual(GRID_COLUMNS);
  expect(JSON.stringify(tiles)).not.toContain("Signed Up");
});
