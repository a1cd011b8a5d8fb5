import { DEFAULT_FIELD_VIEW } from "@terrace/domain/access/field-view";
import { PEOPLE_TOTAL_MAX } from "@terrace/contract/api/people";
import { kindBit } from "@terrace/domain/identity/person-order";
import { startStateEngine, type TestStateEngine } from "@terrace/testkit/state-engine";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../platform/storage/postgres.ts";
import { createPrivacyModule } from "../privacy/module.ts";
import { facetsOf, keyFacet, valueFacet } from "./facets.ts";
import { loadDisplayNames } from "./display-names.ts";
import { listPeoplePage, type ListPlace, type PeopleFilter, type PeopleOrder } from "./people-list.views.ts";
import { narrowBySearch } from "./people-search.ts";
import { loadRows } from "./person-picture.ts";

const PEOPLE = 60_000;
const WORKSPACE = 1;
const NOW = new Date(Date.UTC(2026, 6, 16, 12));
const CITIES = ["上海", "北京", "深圳", "成都"];

const privacy = createPrivacyModule({ masterKey: new Uint8Array(32).fill(7) });
let engine: TestStateEngine;
let db: Db;
let statements: { readonly text: string; readonly values: readonly unknown[] }[] = [];

beforeAll(async () => {
  engine = await startStateEngine();
  await generate(engine.db);
  const { address } = engine;
  const debug = (_connection: number, text: string, values: readonly unknown[]): void => {
    statements.push({ text, values });
  };
  db = "url" in address ? postgres(address.url, { max: 4, debug }) : postgres({ ...address, max: 4, debug });
}, 240_000);
afterAll(async () => {
  await db.end({ timeout: 2 });
  await engine.stop();
});

/** Every third person has two ids; everyone lives in one of four cities; one in a hundred has the tag, one in fifty a rare level. */
async function generate(to: Db): Promise<void> {
  await to`insert into person (workspace_id, person_id, first_seen_ms, last_seen_ms, joined_at_ms, ids_count, kinds, identified)
    select ${WORKSPACE}::int, n * 10, 1700000000000 + n, 1750000000000 + (n * 7919 % 100000007), 0, 1 + (n % 3 = 0)::int, (case when n % 2 = 0 then 1 else 64 end) | (case when n % 3000 = 0 then ${kindBit("openid")}::int else 0 end), n % 2 = 0 from generate_series(1, ${PEOPLE}::int) n`;
  await to`insert into identity (workspace_id, origin_id, person_id, first_seen_ms, last_seen_ms, kind, value)
    select ${WORKSPACE}::int, n * 10, n * 10, 0, 0, case when n % 2 = 0 then 'user_id' else 'anonymous_id' end, 'id-' || n from generate_series(1, ${PEOPLE}::int) n
    union all select ${WORKSPACE}::int, n * 10 + 1, n * 10, 0, 0, case when n % 3000 = 0 then 'openid' else 'anonymous_id' end, 'device-' || n from generate_series(3, ${PEOPLE}::int, 3) n`;
  for (const [index, city] of CITIES.entries()) {
    const [common, rare] = [{ city }, { city, level: "black" }];
    await to`insert into person_profile (workspace_id, person_id, traits, facets)
      select ${WORKSPACE}::int, n * 10, case when n % 50 = 0 then ${to.json(rare)}::jsonb else ${to.json(common)}::jsonb end, case when n % 50 = 0 then ${[...facetsOf(WORKSPACE, rare)]}::int[] else ${[...facetsOf(WORKSPACE, common)]}::int[] end
      from generate_series(1, ${PEOPLE}::int) n where n % 4 = ${index}`;
    await to`insert into person_term (workspace_id, term, origin_id) select ${WORKSPACE}::int, ${`t:${city}`}, n * 10 from generate_series(1, ${PEOPLE}::int) n where n % 4 = ${index}`;
  }
  await to`insert into person_term (workspace_id, term, origin_id) select ${WORKSPACE}::int, 't:street ' || n, n * 10 from generate_series(1, ${PEOPLE}::int) n`;
  await to`insert into person_tag (workspace_id, origin_id, tag, owner, created_at) select ${WORKSPACE}::int, n * 10, 'few', 'ann', now() from generate_series(100, ${PEOPLE}::int, 100) n
    union all select ${WORKSPACE}::int, n * 10, 'many', 'ann', now() from generate_series(1, ${PEOPLE}::int) n where n % 5 > 0`;
  for (const table of ["person", "identity", "person_profile", "person_term", "person_tag"]) await to`vacuum analyze ${to(table)}`;
}

/** The plans of the statements that some work sends. */
async function plansOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  statements = [];
  await work();
  const reads = statements.filter(({ text }) => /\bfrom\b/.test(text) && !text.includes("pg_") && !text.trimStart().startsWith("explain"));
  return Promise.all(reads.map(({ text, values }) => explain(text, values)));
}

/** Those of the plans that read a table from end to end. */
async function scansOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  return (await plansOf(work)).filter((plan) => plan.includes("Seq Scan"));
}

/** The plan as a transaction with the settings of the statements before it gets it. */
async function explain(text: string, values: readonly unknown[]): Promise<string> {
  const settings = statements.find((statement) => statement.text.includes("set_config"));
  const rows = await engine.db.begin(async (tx) => {
    if (settings !== undefined) await tx.unsafe(settings.text);
    return tx.unsafe(`explain ${text}`, values as never[]);
  });
  return rows.map((row) => String(row["QUERY PLAN"])).join("\n");
}

const ALL: PeopleFilter = { identified: undefined, seenFromMs: undefined, seenToMs: undefined, narrowings: [] };
const NEWEST: PeopleOrder = { sort: "last_seen", direction: "desc", after: undefined, limit: 51 };

const list = async (filter: Partial<PeopleFilter>, order: Partial<PeopleOrder> = {}) => {
  const page = await listPeoplePage(db, WORKSPACE, { ...ALL, ...filter }, { ...NEWEST, ...order });
  return { ...page, rows: await loadRows({ db, privacy }, WORKSPACE, page.heads, { now: NOW, view: DEFAULT_FIELD_VIEW }) };
};
const search = async (text: string) =>
  list({ narrowings: [await narrowBySearch({ db, privacy }, WORKSPACE, { typed: text, view: DEFAULT_FIELD_VIEW })] });

test("a page in any order reads indexes only", async () => {
  for (const sort of ["last_seen", "first_seen"] as const) {
    for (const identified of [undefined, true, false])
      expect(
        await scansOf(() =>
          list({ identified }, { sort, direction: "asc", after: { exact: false, atMs: 1_700_000_000_500, personId: "5" } }),
        ),
      ).toEqual([]);
  }
  const plans = (await plansOf(() => list({}))).join("\n");
  for (const index of ["person_known_last", "person_anonymous_last"])
    expect(plans).toMatch(new RegExp(`Limit.*\\n\\s*->  Index Scan Backward using ${index} `));
  expect(await list({})).toMatchObject({ total: 10_000, totalIsExact: false });
});

test("a search reads indexes only, whether it finds one person or every fourth", async () => {
  for (const text of ["id-222", "street 77", "上海", "2046", "nobody"]) expect(await scansOf(() => search(text)), text).toEqual([]);
  expect((await search("street 777")).heads.every(({ personId }) => personId.startsWith("777"))).toBe(true);
  const wide = await search("上海");
  expect(wide.rows).toHaveLength(51);
  expect(wide.rows.every(({ traits }) => traits["city"] === "上海")).toBe(true);
  expect(wide.heads).toEqual(wide.heads.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs));
  expect(wide.total).toBeGreaterThan(5_000);
});

test("a search for the start of very many different texts gathers them", async () => {
  const { heads, total, totalIsExact } = await search("street");
  expect([heads, total, totalIsExact]).toEqual([(await list({})).heads, 10_000, false]);
});

test("a condition reads indexes only, whether few meet it or many", async () => {
  const trait = (key: string, value?: string) => ({
    by: "trait" as const,
    key,
    values: value === undefined ? undefined : [value],
    facets: [value === undefined ? keyFacet(WORKSPACE, key) : valueFacet(WORKSPACE, key, value)],
  });
  const tag = (name: string) => ({ by: "tag" as const, tag: name, now: NOW });
  for (const narrowings of [
    [tag("few")],
    [tag("many")],
    [trait("level")],
    [trait("city", "北京")],
    [{ by: "kind" as const, kind: "openid" as const }],
    [{ by: "kind" as const, kind: "user_id" as const }],
    [tag("many"), trait("city", "北京")],
    [tag("few"), trait("city", "北京")],
  ]) {
    expect(await scansOf(() => list({ narrowings })), JSON.stringify(narrowings)).toEqual([]);
  }
  expect(await list({ narrowings: [tag("few")] })).toMatchObject({ total: PEOPLE / 100, totalIsExact: true });
  expect((await list({ narrowings: [tag("few"), trait("level", "black")] })).total).toBe(PEOPLE / 100);
});

test("the person of whom an id is typed in full comes before those whose ids go on from it, and conditions hold for it too", async () => {
  const page = await search("id-22");
  expect([page.heads[0]?.personId, page.exact, page.total, page.totalIsExact]).toEqual(["220", 1, 556, true]);
  expect(page.heads).toHaveLength(51);
  expect(page.heads.slice(1)).toEqual(page.heads.slice(1).toSorted((a, b) => b.lastSeenMs - a.lastSeenMs));
  const wide = await search("id-2");
  expect([wide.heads[0]?.personId, wide.totalIsExact]).toEqual(["20", false]);
  const known = await list({
    narrowings: [
      await narrowBySearch({ db, privacy }, WORKSPACE, { typed: "id-22", view: DEFAULT_FIELD_VIEW }),
      { by: "kind", kind: "openid" },
    ],
  });
  expect([known.heads, known.exact, known.total]).toEqual([[], 0, 0]);
});

test("pages follow each other without a gap, whoever comes first", async () => {
  const narrowings = [await narrowBySearch({ db, privacy }, WORKSPACE, { typed: "id-22", view: DEFAULT_FIELD_VIEW })];
  const seen: string[] = [];
  let after: ListPlace | undefined;
  for (;;) {
    const { heads, exact } = await listPeoplePage(db, WORKSPACE, { ...ALL, narrowings }, { ...NEWEST, after, limit: 100 });
    seen.push(...heads.map(({ personId }) => personId));
    const last = heads.at(-1);
    if (last === undefined) break;
    after = { exact: heads.length <= exact, atMs: last.lastSeenMs, personId: last.personId };
  }
  expect([seen[0], seen.length, new Set(seen).size]).toEqual(["220", 556, 556]);
});

test("up to ten thousand people are counted exactly, more are not", async () => {
  const kind = { by: "kind" as const, kind: "user_id" as const };
  expect(await list({ narrowings: [kind] })).toMatchObject({ total: PEOPLE_TOTAL_MAX, totalIsExact: false });
  const trait = { by: "trait" as const, key: "level", values: ["black"], facets: [valueFacet(WORKSPACE, "level", "black")] };
  expect(await list({ narrowings: [trait] })).toMatchObject({ total: PEOPLE / 50, totalIsExact: true });
  expect(await list({ narrowings: [kind, trait] })).toMatchObject({ total: PEOPLE / 50, totalIsExact: true });
});

test("any one or two conditions give the people that looking at everyone gives", async () => {
  const trait = (key: string, value: string) => ({
    narrowing: { by: "trait" as const, key, values: [value], facets: [valueFacet(WORKSPACE, key, value)] },
    holds: db`exists (select from person_profile f where f.workspace_id = ${WORKSPACE} and f.person_id = p.person_id and f.traits ->> ${key} = ${value})`,
  });
  const tag = (name: string) => ({
    narrowing: { by: "tag" as const, tag: name, now: NOW },
    holds: db`exists (select from identity i join person_tag t using (workspace_id, origin_id) where i.workspace_id = ${WORKSPACE} and i.person_id = p.person_id and t.tag = ${name})`,
  });
  const kind = (name: "openid" | "user_id") => ({
    narrowing: { by: "kind" as const, kind: name },
    holds: db`p.kinds & ${kindBit(name)} <> 0`,
  });
  const conditions = [tag("few"), tag("many"), trait("city", "北京"), trait("level", "black"), kind("openid"), kind("user_id")];
  const chosen = conditions.flatMap((first, at) => [[first], ...conditions.slice(at + 1).map((second) => [first, second])]);
  for (const parts of chosen) {
    for (const identified of [undefined, true, false]) {
      const known = identified === undefined ? db`` : db`and p.identified = ${identified}`;
      const all = await db<{ id: string }[]>`
        select p.person_id as id from person p where p.workspace_id = ${WORKSPACE} ${known} ${parts.reduce((sum, { holds }) => db`${sum} and ${holds}`, db``)}
        order by p.last_seen_ms desc, p.person_id desc`;
      const narrowings = parts.map(({ narrowing }) => narrowing);
      const { heads, total, totalIsExact } = await listPeoplePage(db, WORKSPACE, { ...ALL, identified, narrowings }, NEWEST);
      const what = JSON.stringify([narrowings, identified]);
      expect(
        heads.map(({ personId }) => personId),
        what,
      ).toEqual(all.slice(0, NEWEST.limit).map(({ id }) => id));
      if (totalIsExact) expect(total, what).toBe(all.length);
      else expect(total, what).toBeLessThanOrEqual(Math.max(all.length, PEOPLE_TOTAL_MAX));
    }
  }
}, 120_000);

test("names for the live stream read indexes only", async () => {
  expect(await scansOf(() => loadDisplayNames({ db, privacy }, WORKSPACE, ["10", "31", "77"], DEFAULT_FIELD_VIEW))).toEqual([]);
});
