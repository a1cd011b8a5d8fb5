import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import type { ExperimentBandit } from "@terrace/contract/api/experiment-bandit";
import type { FlagView } from "@terrace/contract/api/flags";
import type { HoldoutReport } from "@terrace/contract/api/holdout-report";
import type { HoldoutView } from "@terrace/contract/api/holdouts";
import type { SimulationView } from "@terrace/contract/api/simulations";
import { EXPOSURE } from "@terrace/domain/event/exposure-event";
import { TOLD_EVENTS } from "@terrace/domain/event/segment-events";
import { dayOfIso, isoDay } from "@terrace/domain/time/zoned-time";
import { ch, openWarehouse, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { eventually, startTerrace, type TestTerrace } from "@terrace/testkit/terrace";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isMemberDay, seasonOf, weekdayOf } from "../../../../simulator/src/calendar.ts";
import type { Manifest } from "../../../../simulator/src/manifest.ts";
import { planOf } from "../../../../simulator/src/plan.ts";
import { createSimulation, pastEvents } from "../../../../simulator/src/simulation.ts";

/** A past that ended with a day of its own, so that the same business is looked at whenever this runs. */
const END = "2025-05-17T23:59:59.999+08:00";
const ORDER = { name: "试验店", people: 1_200, days: 60, seed: 4 };
const USE = ["$MPLaunch", "Application Opened", "$pageview", "Order Completed", "Store Visited"] as const;

let terrace: TestTerrace;
let warehouse: Warehouse;
let simulation: SimulationView;
let manifest: Manifest;
let workspace: number;

beforeAll(async () => {
  terrace = await startTerrace();
  simulation = await terrace.api<SimulationView>("/simulations", { body: { ...ORDER, end: END } });
  workspace = Number(simulation.workspace);
  simulation = await eventually(async () => {
    const found = await listed();
    expect(found?.state).toBe("filled");
    return found ?? simulation;
  }, 90_000);
  manifest = JSON.parse(readFileSync(join(terrace.data, `simulated-${workspace}.json`), "utf8")) as Manifest;
  warehouse = openWarehouse({ url: "http://localhost", socketPath: join(terrace.data, "run", "clickhouse.sock"), database: "default" });
}, 150_000);

afterAll(async () => {
  await warehouse?.close();
  await terrace?.stop();
});

async function listed(): Promise<SimulationView | undefined> {
  const { items } = await terrace.api<{ items: readonly SimulationView[] }>("/simulations");
  return items.find(({ name }) => name === ORDER.name);
}

/** Plain SQL over what was collected. */
async function ask<Row>(statement: ReturnType<typeof ch>): Promise<readonly Row[]> {
  return warehouse.rows<Row>(workspace, "test.simulation", statement);
}

/** What it did; besides that Terrace tells what came of it, such as who was referred. Exposures are its own. */
const SENT = ch`(name = ${ch.value("String", EXPOSURE)} or not has(${ch.value("Array(String)", TOLD_EVENTS)}, name))`;
const W = (): ReturnType<typeof ch> => ch`workspace_id = ${ch.value("UInt32", workspace)}`;
const DAY = ch`toDate(time, 'Asia/Shanghai')`;
const total = ch`toFloat64(toString(properties.total))`;
const PERSON = ch`dictGetOrDefault('person_of_origin', 'person_id', (workspace_id, origin_id), origin_id)`;

/** What money of a channel may be off by, as a part of it. */
const WITHIN = 0.15;

/** Asks analyses of the simulated workspace as its owner: a key works in its own workspace. */
async function signIn() {
  const ask = await signInAt();
  return <T>(kind: string, body: unknown): Promise<T> => ask<T>("POST", `insight/${kind}`, body);
}

async function signInAt() {
  const send = (method: string, path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> =>
    fetch(new URL(path, terrace.url), {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const signedIn = await send("POST", "/api/session", {}, terrace.owner);
  const { csrfToken } = (await signedIn.json()) as { readonly csrfToken: string };
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return async <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> => {
    const answer = await send(method, `/api/workspaces/${workspace}/${path}`, { cookie, "x-terrace-csrf": csrfToken }, body);
    const told = await answer.text();
    expect(answer.status, told).toBe(200);
    // The caller names the shape that the contract of the path declares.
    return JSON.parse(told) as T;
  };
}

describe("a simulated workspace", () => {
  test("is labelled, filled through the pipeline, and holds the people and events that were asked for", async () => {
    expect(simulation).toMatchObject({ ...ORDER, state: "filled", filled: 1, live: false });
    const [stored] = await ask<{ events: number; ids: number }>(
      ch`select count() as events, uniqExact(message_id) as ids from events where ${W()} and ${SENT}`,
    );
    expect(stored?.events).toBe(simulation.events);
    expect(stored?.ids).toBe(stored?.events);
    const [people] = await ask<{ people: number }>(ch`select uniqExactIf(${PERSON}, origin_id != 0) as people from events where ${W()}`);
    // A few people more: families with one phone number stay apart, and whoever never signs in on a second device is two.
    expect(people?.people).toBeGreaterThan(ORDER.people * 0.97);
    expect(people?.people).toBeLessThan(ORDER.people * 1.06);
    expect((await terrace.api<{ items: readonly unknown[] }>("/quarantine")).items).toEqual([]);
  });

  test("asked for again it is the same one; under its name no other can be made", async () => {
    expect((await terrace.api<SimulationView>("/simulations", { body: ORDER })).workspace).toBe(simulation.workspace);
    await expect(terrace.api("/simulations", { body: { ...ORDER, seed: 5 } })).rejects.toThrow(/simulation\.exists/);
    await expect(terrace.api("/simulations", { body: { ...ORDER, name: "x", people: 3 } })).rejects.toThrow(/people/);
    await expect(terrace.api("/simulations", { body: { ...ORDER, name: "x", end: "2100-01-01T00:00:00Z" } })).rejects.toThrow(/"end"/);
    await expect(terrace.api("/simulations/1", { method: "PATCH", body: { live: true } })).rejects.toThrow(/simulation\.not_found/);
  });
});

describe("from its events alone one finds", () => {
  test("what was sold on every day", async () => {
    const days = await ask<{ day: string; orders: number; paid: number }>(
      ch`select toString(${DAY}) as day, count() as orders, sum(${total}) as paid from events where ${W()} and name = 'Order Completed' group by day order by day limit 100`,
    );
    const told = manifest.byDay.filter(({ orders }) => orders > 0);
    expect(days.map(({ day, orders }) => [day, orders])).toEqual(told.map(({ day, orders }) => [day, orders]));
    for (const [place, { paid }] of told.entries()) expect(days[place]?.paid).toBeCloseTo(paid, 1);
  });

  test("what each channel cost, and that 抖音 is not worth it", async () => {
    const costs = await ask<{ channel: string; cost: number }>(
      ch`select toString(properties.channel) as channel, sum(toFloat64(toString(properties.cost))) as cost from events where ${W()} and name = 'Channel Exposure' group by channel limit 20`,
    );
    const registered = await ask<{ channel: string; people: number }>(
      ch`select toString(properties.channel) as channel, uniqExact(${PERSON}) as people from events where ${W()} and name = 'Signed Up' group by channel limit 20`,
    );
    const paid = await ask<{ channel: string; paid: number }>(ch`
      select channel, sum(amount) as paid
      from (select ${PERSON} as person, if(name = 'Order Completed', 1, -1) * ${total} as amount from events where ${W()} and name in ('Order Completed', 'Order Refunded')) o
      join (select ${PERSON} as person, any(toString(properties.channel)) as channel from events where ${W()} and name = 'Signed Up' group by person) c using (person)
      group by channel limit 20`);
    const returns = new Map(
      costs.map(({ channel, cost }) => [channel, (paid.find((one) => one.channel === channel)?.paid ?? 0) / Math.max(1, cost)]),
    );
    for (const truth of manifest.truths.channels) {
      const people = registered.find(({ channel }) => channel === truth.name)?.people ?? 0;
      expect(Math.abs(people - truth.registered)).toBeLessThanOrEqual(4);
      if (truth.returnOnCost === null || truth.exposures === 0) continue;
      expect((returns.get(truth.name) ?? 0) / truth.returnOnCost).toBeCloseTo(1, 0);
    }
    expect(returns.get("抖音信息流")).toBeLessThan(1);
    expect(returns.get("门店活码")).toBeGreaterThan(20);
  });

  test("how many of each channel come back on day 1 and 7, fewest of 抖音", async () => {
    const rows = await ask<{ channel: string; day1: number; day7: number; registered: number }>(ch`
      select channel, uniqExact(person) as registered, uniqExactIf(person, used = registered_on + 1) as day1, uniqExactIf(person, used = registered_on + 7) as day7
      from (select ${PERSON} as person, any(toString(properties.channel)) as channel, min(${DAY}) as registered_on from events where ${W()} and name = 'Signed Up' group by person) r
      join (select distinct ${PERSON} as person, ${DAY} as used from events where ${W()} and name in ${ch.value("Array(String)", [...USE])}) u using (person)
      group by channel limit 20`);
    for (const truth of manifest.truths.channels) {
      const row = rows.find(({ channel }) => channel === truth.name);
      expect(Math.abs((row?.day1 ?? 0) - (truth.retention["day1"]?.returned ?? 0))).toBeLessThanOrEqual(3);
      expect(Math.abs((row?.day7 ?? 0) - (truth.retention["day7"]?.returned ?? 0))).toBeLessThanOrEqual(3);
    }
    const rate = (name: string): number => {
      const row = rows.find(({ channel }) => channel === name);
      return (row?.day1 ?? 0) / (row?.registered ?? 1);
    };
    expect(rate("抖音信息流")).toBeLessThan(rate("门店活码"));
  });

  test("when a campaign ran, and about how much it lifted", async () => {
    const { from, to, lift } = manifest.truths.campaign;
    const window = ch`day between ${ch.value("String", from)} and ${ch.value("String", to)}`;
    const [row] = await ask<{ during: number; days: number; outside: number; others: number }>(ch`
      select countIf(${window}) as during, dateDiff('day', toDate(${ch.value("String", from)}), toDate(${ch.value("String", to)})) + 1 as days,
        countIf(not (${window})) as outside, 60 - days as others
      from (
        select toString(min(${DAY})) as day from events
        where ${W()} and utm_source = 'xiaohongshu' and name in ${ch.value("Array(String)", [...USE])} group by origin_id
      )`);
    const found = (row?.during ?? 0) / (row?.days ?? 1) / ((row?.outside ?? 0) / (row?.others ?? 1));
    expect(found).toBeGreaterThan(lift * 0.5);
    expect(found).toBeLessThan(lift * 1.7);
  });

  test("by its analyses: what a channel is worth, who brought whom, and what a campaign lifted", async () => {
    type Row = {
      channel: string | null;
      people: number;
      registered: number;
      netMinor: number;
      costMinor: number;
      roi: number | null;
      previous?: { people: number } | null;
    };
    const end = isoDay((dayOfIso(manifest.to) ?? 0) + 1);
    const period = { from: manifest.from, to: end };
    const analysis = await signIn();
    const asks = (body: object) => analysis<{ rows: Row[] }>("channels", { period, ...body });
    const { rows } = await asks({ by: [{ property: "channel" }], touches: [{ event: "Signed Up" }] });
    for (const truth of manifest.truths.channels) {
      const row = rows.find(({ channel }) => channel === truth.name);
      expect(Math.abs((row?.registered ?? 0) - truth.registered)).toBeLessThanOrEqual(4);
      // Whoever bought by a phone number that a family shares, or on a device they never signed in on, is somebody else here.
      expect(Math.abs((row?.netMinor ?? 0) / 100 / truth.paidNet - 1)).toBeLessThan(WITHIN);
      // Rewards of invitations are in the books, and in no figure of a channel.
      if (truth.exposures === 0) continue;
      expect(row?.costMinor).toBe(Math.round(truth.cost * 100));
      if (truth.returnOnCost !== null) expect(Math.abs(((row?.roi ?? 0) + 1) / truth.returnOnCost - 1)).toBeLessThan(WITHIN);
    }
    expect(rows.find(({ channel }) => channel === "抖音信息流")?.roi).toBeLessThan(0);
    // By where visits came from, without a word on channels, costs stand beside whom they brought.
    const visited = (await asks({})).rows.find(({ channel }) => channel === "抖音信息流");
    expect(visited?.costMinor).toBe(rows.find(({ channel }) => channel === "抖音信息流")?.costMinor);
    expect(visited?.people).toBeGreaterThan(0);

    const { from, to, lift } = manifest.truths.campaign;
    const after = isoDay((dayOfIso(to) ?? 0) + 1);
    const brought = await asks({ period: { from, to: after }, compare: true });
    const notes = brought.rows.find(({ channel }) => channel === "小红书种草");
    const lifted = (notes?.people ?? 0) / Math.max(1, notes?.previous?.people ?? 0);
    expect(lifted).toBeGreaterThan(lift * 0.5);
    expect(lifted).toBeLessThan(lift * 2);

    type Credit = { value: string | null; credits: { valueMinor: number }[] };
    const attributed = await analysis<{ total: { valueMinor: number; conversions: number }; rows: Credit[] }>("attribution", {
      period,
      by: [{ column: "utmSource" }],
      models: ["first", "linear"],
      lookback: { value: 60, unit: "day" },
    });
    const sold = manifest.byDay.reduce((sum, { paid }) => sum + Math.round(paid * 100), 0);
    expect(attributed.total.valueMinor).toBe(sold);
    for (const model of [0, 1]) expect(attributed.rows.reduce((sum, { credits }) => sum + (credits[model]?.valueMinor ?? 0), 0)).toBe(sold);
    // All that 抖音 brought is credited to it, and to nobody else: its people come by no other way.
    const douyin = attributed.rows.find(({ value }) => value === "douyin")?.credits[0]?.valueMinor ?? 0;
    const paid = manifest.truths.channels.find(({ id }) => id === "douyin")?.paidNet ?? 0;
    expect(douyin / 100 / paid).toBeGreaterThan(0.9);
    expect(douyin / 100 / paid).toBeLessThan(1.15);
  });

  test("that a coupon brought silent members back, against those held out", async () => {
    const { recall } = manifest.truths;
    const arms = await ask<{ arm: string; people: number; returned: number }>(ch`
      select arm, uniqExact(person) as people, uniqExactIf(person, used > sent_on and used <= sent_on + ${ch.value("UInt8", recall.windowDays)}) as returned
      from (select ${PERSON} as person, any(toString(properties.variation_id)) as arm, min(${DAY}) as sent_on from events
        where ${W()} and name = 'Experiment Viewed' and toString(properties.experiment_id) = ${ch.value("String", recall.experiment)} group by person) s
      left join (select distinct ${PERSON} as person, ${DAY} as used from events where ${W()} and name in ${ch.value("Array(String)", [...USE])}) u using (person)
      group by arm limit 5`);
    const arm = (name: string) => arms.find((one) => one.arm === name) ?? { people: 0, returned: 0 };
    expect(arm("coupon").people).toBe(recall.coupon.people);
    expect(arm("holdout").people).toBe(recall.holdout.people);
    expect(arm("coupon").returned / arm("coupon").people).toBeCloseTo(recall.coupon.rate, 1);
    expect(arm("coupon").returned / arm("coupon").people).toBeGreaterThan((2 * arm("holdout").returned) / arm("holdout").people);
  });

  test("on its page of experiments: the planted effect of the coupon in its interval, and none where none was planted", async () => {
    const { recall, menu, banner } = manifest.truths;
    const [best] = banner.variants.toSorted((a, b) => b.plantedClicks - a.plantedClicks);
    const ask = await signInAt();
    const { items } = await ask<{ items: ExperimentView[] }>("GET", "experiments");
    expect(items.map(({ key, state, decision, decidedVariant }) => [key, state, decision, decidedVariant]).toSorted()).toEqual([
      [banner.experiment, "stopped", "take", best?.key],
      [menu.experiment, "stopped", "keep", null],
      [recall.experiment, "stopped", "take", "coupon"],
    ]);
    const read = (key: string) => ask<ExperimentResults>("POST", `experiments/${items.find((one) => one.key === key)?.id}/results`, {});
    const back = await read(recall.experiment);
    expect(back.variants.map(({ people }) => people)).toEqual([recall.holdout.people, recall.coupon.people]);
    expect(back.split.blocks).toBe(false);
    expect(back.verdict).toEqual({ kind: "wins", variant: "coupon" });
    const [held, sent] = back.metrics[0]?.variants ?? [];
    // Whoever would not have come comes on any of the days by the planted chance.
    const planted = (1 - (held?.value ?? 0)) * (1 - (1 - recall.plantedDailyReturn) ** recall.windowDays);
    expect(sent?.effect?.low ?? 1).toBeLessThan(planted);
    expect(sent?.effect?.high ?? 0).toBeGreaterThan(planted);

    const nothing = await read(menu.experiment);
    expect(nothing.variants.map(({ people }) => people)).toEqual([menu.usual, menu.sorted]);
    expect(nothing.verdict).toEqual({ kind: "no_difference" });
    for (const { variants } of nothing.metrics) {
      expect(variants[1]?.effect?.call).toBe("unclear");
      expect(variants[1]?.effect?.low ?? 1).toBeLessThan(0);
      expect(variants[1]?.effect?.high ?? -1).toBeGreaterThan(0);
    }
    const flags = await ask<{ items: FlagView[] }>("GET", "flags");
    expect(flags.items.map(({ key }) => key).toSorted()).toEqual([banner.experiment, menu.experiment, recall.experiment]);
    const given = await ask<{ value: unknown }>("POST", `flags/${recall.experiment}/try`, { environment: "production", attributes: {} });
    expect(given.value).toBe(true);
  });

  test("on the page of a bandit: more and more saw the banner that is clicked most, and what was won by that", async () => {
    const { banner } = manifest.truths;
    const ask = await signInAt();
    const { items } = await ask<{ items: ExperimentView[] }>("GET", "experiments");
    const at = `experiments/${items.find(({ key }) => key === banner.experiment)?.id}`;
    const told = await ask<ExperimentBandit>("POST", `${at}/bandit`, {});
    expect(told.nextAt).toBeNull();
    expect(told.periods.map(({ parts }) => parts)).toEqual(banner.periods.map(({ parts }) => parts));
    expect(told.split.blocks).toBe(false);
    expect(told.arms.map(({ variant }) => variant)).toEqual(banner.variants.map(({ key }) => key));
    // Members whom a shared device joins are one person here, and count once.
    const people = told.periods.reduce((sum, period) => sum + period.people.reduce((all, each) => all + each, 0), 0);
    const shown = banner.variants.reduce((sum, each) => sum + each.people, 0);
    expect(Math.abs(people - shown)).toBeLessThan(shown * 0.02);
    const [best] = told.arms.toSorted((a, b) => (b.best ?? 0) - (a.best ?? 0));
    expect(best?.variant).toBe("member");
    expect(best?.best ?? 0).toBeGreaterThan(0.95);
    for (const [place, { low, high }] of told.arms.entries()) {
      expect(low ?? 1).toBeLessThan(banner.variants[place]?.plantedClicks ?? 0);
      expect(high ?? 0).toBeGreaterThan(banner.variants[place]?.plantedClicks ?? 1);
    }
    const means = banner.variants.map(({ plantedClicks }) => plantedClicks);
    const even = means.reduce((sum, mean) => sum + mean, 0) / means.length;
    const planted = banner.variants.reduce((sum, each) => sum + each.people * (each.plantedClicks - even), 0);
    expect(told.won?.low ?? 1e9).toBeLessThan(planted);
    expect(told.won?.high ?? -1e9).toBeGreaterThan(planted);
    const results = await ask<ExperimentResults>("POST", `${at}/results`, {});
    expect(results.split.blocks).toBe(false);
  });

  test("on the page of a holdout: what the coupon brought, and that it was worth what it cost", async () => {
    const { recall } = manifest.truths;
    const ask = await signInAt();
    const { items } = await ask<{ items: HoldoutView[] }>("GET", "holdouts");
    expect(items.map(({ key, generation }) => [key, generation.held, generation.open])).toEqual([
      [recall.keptAs, recall.holdout.people, recall.coupon.people],
    ]);
    expect(items[0]?.endedAt).not.toBeNull();
    const back = {
      of: { definition: { kind: "measure", events: USE.map((event) => ({ event })), measure: { kind: "people" } }, unit: "people" },
    };
    const metrics = [back, { of: { metric: "net_revenue" } }];
    const report = await ask<HoldoutReport>("POST", `holdouts/${recall.keptAs}/report`, { metrics });
    expect(report.people).toEqual({ held: recall.holdout.people, open: recall.coupon.people, conflicts: 0 });
    expect(report.split.blocks).toBe(false);
    expect(report.costMinor).toBe(Math.round(recall.cost * 100));
    const [came, money] = report.metrics;
    const planted = (1 - (came?.held.value ?? 0)) * (1 - (1 - recall.plantedDailyReturn) ** recall.windowDays);
    expect(came?.perPerson?.low ?? 1).toBeLessThan(planted);
    expect(came?.perPerson?.high ?? 0).toBeGreaterThan(planted);
    expect(came?.perPerson?.low ?? 0).toBeGreaterThan(0);
    // The same business, in which nobody got the coupon.
    const config = { ...ORDER, endMs: Date.parse(END) };
    const plan = planOf(config);
    const paid = (of: typeof plan): number => {
      const simulation = createSimulation(config, of);
      for (const _ of pastEvents(simulation));
      const { day, windowDays } = of.recall;
      return simulation.manifest().byDay.reduce((sum, one) => {
        const since = (dayOfIso(one.day) ?? 0) - day;
        return since >= 0 && since <= windowDays ? sum + Math.round(one.paid * 100) : sum;
      }, 0);
    };
    const brought = paid(plan) - paid({ ...plan, recall: { ...plan.recall, holdout: 1 } });
    expect(money?.total?.low ?? 0).toBeGreaterThan(0);
    expect(money?.total?.low ?? 1e9).toBeLessThan(brought);
    expect(money?.total?.high ?? -1e9).toBeGreaterThan(brought);
    const roi = brought / report.costMinor - 1;
    expect(money?.returnOnCost?.low ?? 0).toBeGreaterThan(0);
    expect(money?.returnOnCost?.low ?? 1e9).toBeLessThan(roi);
    expect(money?.returnOnCost?.high ?? -1e9).toBeGreaterThan(roi);
  });

  test("which drink became dearer, and how much less of it was bought", async () => {
    const { price } = manifest.truths;
    const halves = await ask<{ dear: number; part: number; price: number }>(ch`
      select toString(${DAY}) >= ${ch.value("String", price.from)} as dear, sumIf(quantity, id = ${ch.value("String", price.product)}) / sum(quantity) as part, maxIf(price, id = ${ch.value("String", price.product)}) as price
      from (
        select time, workspace_id, line.1 as id, line.2 as quantity, line.3 as price from events
        array join arrayZip(properties.products[].product_id.:String, properties.products[].quantity.:Int64,
          arrayMap(one -> toFloat64(toString(one)), properties.products[].price)) as line
        where ${W()} and name = 'Order Completed'
      ) where startsWith(id, 'D') group by dear order by dear limit 2`);
    expect(halves.map((half) => half.price)).toEqual([price.priceBefore, price.priceAfter]);
    expect(halves[0]?.part).toBeCloseTo(price.shareBefore, 1);
    expect(halves[1]?.part).toBeCloseTo(price.shareAfter, 1);
    expect((halves[1]?.part ?? 1) / (halves[0]?.part ?? 1)).toBeLessThan(0.9);
  });

  test("the evening on which payments failed", async () => {
    const [worst] = await ask<{ day: string; failed: number; first: number; last: number }>(ch`
      select toString(${DAY}) as day, count() as failed, min(toHour(time, 'Asia/Shanghai')) as first, max(toHour(time, 'Asia/Shanghai')) as last
      from events where ${W()} and name = 'Payment Failed' group by day order by failed desc limit 1`);
    const { outage } = manifest.truths;
    expect(worst).toMatchObject({ day: outage.day, failed: outage.failed });
    expect(worst?.first).toBeGreaterThanOrEqual(outage.fromHour);
    expect(worst?.last).toBeLessThan(outage.toHour);
  });

  test("the ring of false accounts and who leads it", async () => {
    const rings = await ask<{ leader: string; accounts: number; devices: number }>(ch`
      select toString(properties.referrer_id) as leader, count() as accounts, uniqExact(ip_prefix, os) as devices
      from events where ${W()} and name = 'Signed Up' and toHour(time, 'Asia/Shanghai') between 2 and 4 and toString(properties.referrer_id) != '' group by leader order by accounts desc limit 3`);
    expect(rings[0]?.leader).toBe(manifest.truths.fraud.leader);
    expect(rings[0]?.accounts).toBeGreaterThanOrEqual(manifest.truths.fraud.accounts.length);
    expect(rings[1]?.accounts ?? 0).toBeLessThanOrEqual(2);
  });

  test("how often service answered too late", async () => {
    const { service } = manifest.truths;
    const [row] = await ask<{ slow: number; fast: number }>(ch`
      select countIf(minutes > ${ch.value("UInt32", service.slowFromMinutes)}) as slow, countIf(minutes <= ${ch.value("UInt32", service.slowFromMinutes)}) as fast
      from (select toFloat64(toString(properties.first_response_minutes)) as minutes from events where ${W()} and name = 'Ticket Replied')`);
    expect(Math.abs((row?.slow ?? 0) - service.slow.tickets)).toBeLessThanOrEqual(1);
    expect(Math.abs((row?.fast ?? 0) - service.fast.tickets)).toBeLessThanOrEqual(3);
  });

  test("that the weekend is busiest", async () => {
    const days = await ask<{ day: string; orders: number }>(
      ch`select toString(${DAY}) as day, count() as orders from events where ${W()} and name = 'Order Completed' group by day limit 100`,
    );
    const mean = (isWanted: (weekday: number) => boolean): number => {
      const ordinary = days.filter(({ day }) => {
        const number = dayOfIso(day) ?? 0;
        return seasonOf(number).name === "" && !isMemberDay(number) && isWanted(weekdayOf(number));
      });
      return ordinary.reduce((sum, { orders }) => sum + orders, 0) / Math.max(1, ordinary.length);
    };
    expect(mean((weekday) => weekday >= 5)).toBeGreaterThan(1.15 * mean((weekday) => weekday < 4));
  });
});

describe("a business that lives", () => {
  test("goes on from where its past ended until it is stopped, and what it does is in the live stream's table", async () => {
    const path = `/simulations/${simulation.workspace}`;
    const before = simulation.events;
    await terrace.api<SimulationView>(path, { method: "PATCH", body: { live: true, speed: 10_000 } });
    await eventually(async () => expect((await listed())?.events).toBeGreaterThan(before + 100), 40_000);
    await terrace.api<SimulationView>(path, { method: "PATCH", body: { live: false } });
    await eventually(async () => {
      const first = (await listed())?.events;
      await new Promise((resolve) => {
        setTimeout(resolve, 1_500);
      });
      expect((await listed())?.events).toBe(first);
    }, 20_000);
    const stands = await listed();
    await eventually(async () => {
      const [stored] = await ask<{ events: number; newest: number }>(
        ch`select count() as events, toFloat64(toUnixTimestamp64Milli(max(time))) as newest from events where ${W()} and ${SENT}`,
      );
      expect(stored?.events).toBe(stands?.events);
      // Sped up, its days are pressed into the minutes that passed here.
      expect(stored?.newest).toBeLessThan(Date.now() + 1_000);
      expect(stored?.newest).toBeGreaterThan(Date.parse(simulation.to));
    });
    expect(existsSync(join(terrace.data, `simulated-${workspace}.json`))).toBe(true);
  });
});
