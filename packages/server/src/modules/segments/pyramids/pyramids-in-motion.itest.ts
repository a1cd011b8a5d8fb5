import * as mergeApi from "@terrace/contract/api/merges";
import * as peopleRoutes from "@terrace/contract/api/pyramid-people";
import * as api from "@terrace/contract/api/pyramids";
import type { PyramidBody } from "@terrace/contract/api/pyramids";
import type { RouteContract } from "@terrace/contract/route";
import type { KeepRules } from "@terrace/domain/pyramids/standing";
import { dayAt, zoneClock } from "@terrace/domain/time/zoned-time";
import { startBothEngines, type TestEngines } from "@terrace/testkit/both-engines";
import { callRoute, type CallInput } from "@terrace/testkit/call-route";
import { freshLiveWorld, ownersIn, type LiveWorld } from "@terrace/testkit/live-world";
import { eventOf, user } from "@terrace/testkit/people-model";
import { inBoth, pyramidLayer } from "@terrace/testkit/pyramid-layers";
import { lastReview, localMonth, lookAt, monthsBefore, reviewIn, type Life, type State } from "@terrace/testkit/pyramid-reference";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Worlds drawn; a longer run is asked for by hand. */
const RUNS = Number(process.env["TERRACE_RUNS"] ?? 2);
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 10, 9);
const ZONE = "Europe/Berlin";
const REVIEW_DAY = 3;
const NAMES = ["ann", "ben", "cat", "dan"];
const KEPT = ["upper", "lower"] as const;
type Kept = (typeof KEPT)[number];

let engines: TestEngines;
beforeAll(async () => {
  engines = await startBothEngines();
}, 120_000);
afterAll(() => engines.stop());

type Terms = KeepRules & { readonly times: number; readonly days: number };
type Rules = Readonly<Record<Kept, Terms>>;
type Act =
  | { readonly what: "post"; readonly who: number; readonly lateDays: number }
  | { readonly what: "appoint"; readonly who: number; readonly layer: string; readonly days: number | null }
  | { readonly what: "end"; readonly who: number }
  | { readonly what: "join"; readonly who: number; readonly whom: number }
  | { readonly what: "part" }
  | { readonly what: "rules"; readonly rules: Rules }
  | { readonly what: "wait"; readonly hours: number };

const termsArb: fc.Arbitrary<Terms> = fc.record({
  times: fc.integer({ min: 1, max: 2 }),
  days: fc.constantFrom(3, 40, 200),
  promotion: fc.constantFrom("at_once" as const, "at_review" as const),
  demotion: fc.record({
    lapse: fc.record({ graceDays: fc.constantFrom(1, 4, 50) }),
    minimum: fc.option(
      fc.record({
        atLeast: fc.integer({ min: 0, max: 3 }),
        months: fc.integer({ min: 1, max: 2 }),
        graceDays: fc.integer({ min: 0, max: 4 }),
      }),
    ),
  }),
});
const rulesArb: fc.Arbitrary<Rules> = fc.record({ upper: termsArb, lower: termsArb });
const whoArb = fc.nat({ max: NAMES.length - 1 });
const actArb: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant("post" as const), who: whoArb, lateDays: fc.constantFrom(0, 0, 0, 1, 20, 40) }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant("wait" as const), hours: fc.constantFrom(5, 72, 150, 400, 740, 740) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("appoint" as const),
      who: whoArb,
      layer: fc.constantFrom("top", "upper", "lower", "rest"),
      days: fc.constantFrom(null, 3, 45),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("end" as const), who: whoArb }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("join" as const), who: whoArb, whom: whoArb }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("part" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("rules" as const), rules: rulesArb }) },
);

function layerOf(key: string, { times, days, promotion, demotion }: Terms): PyramidBody["layers"][number] {
  const rule = { did: { event: "Posted" }, count: { op: "gte" as const, value: times }, within: { days } };
  return pyramidLayer(key, { rule, promotion, demotion });
}
const bodyOf = ({ upper, lower }: Rules): PyramidBody => ({
  name: inBoth("Pyramid"),
  reviewDay: REVIEW_DAY,
  contribution: { unit: inBoth("points"), items: [{ event: { event: "Posted" }, property: null, weight: 1 }] },
  layers: [pyramidLayer("top"), layerOf("upper", upper), layerOf("lower", lower), pyramidLayer("rest")],
});

/** What is put down under one id of somebody. */
type Row = Pick<State, "since" | "lapseEnd" | "warned">;
type Appointment = { readonly id: string; readonly layer: string; readonly from: number; until: number };

/** The world as it must be: what is put down by id, and judged for whoever has the ids now. */
class Reference {
  readonly posts: { readonly id: string; readonly at: number }[] = [];
  readonly appointments: Appointment[] = [];
  readonly rows: Record<Kept, Map<string, Row>> = { upper: new Map(), lower: new Map() };
  readonly bars: Record<Kept, Set<string>> = { upper: new Set(), lower: new Set() };
  reviewed = monthsBefore(localMonth(START_MS, ZONE), 1);

  /** Ids by the person who has them. */
  readonly #people = (owners: ReadonlyMap<string, string>) => Map.groupBy(owners.keys(), (id) => owners.get(id) ?? id);

  lifeOf(ids: readonly string[], { times, days }: Terms): Life {
    const acts = this.posts.filter(({ id }) => ids.includes(id)).map(({ at }) => at);
    const day = (ms: number): number => dayAt(ms, zoneClock(ZONE));
    return {
      acts,
      appointed: this.appointments.filter(({ id }) => ids.includes(id)).map(({ from, until }) => ({ from, to: until })),
      qualifiesAt: (now) => acts.filter((at) => at <= now && day(now) - day(at) < days).length >= times,
    };
  }

  /** Whoever meets a rule stands. */
  begin(rules: Rules, owners: ReadonlyMap<string, string>, now: number): void {
    for (const layer of KEPT)
      for (const [person, ids] of this.#people(owners))
        if (this.lifeOf(ids, rules[layer]).qualifiesAt(now)) this.rows[layer].set(person, { since: now, lapseEnd: null, warned: null });
  }

  /** Everyone is looked at, reviewed where a review is due, and looked at again. */
  pass(rules: Rules, owners: ReadonlyMap<string, string>, now: number): void {
    this.#each(rules, owners, (state, life, terms) => lookAt(state, { rules: terms, life, now, known: now, zone: ZONE }));
    const due = lastReview(now, REVIEW_DAY, ZONE);
    if (due <= this.reviewed) return;
    this.reviewed = due;
    this.#each(rules, owners, (state, life, terms) => reviewIn(state, { rules: terms, life, now, zone: ZONE, month: due }));
    this.#each(rules, owners, (state, life, terms) => lookAt(state, { rules: terms, life, now, known: now, zone: ZONE }));
  }

  #each(rules: Rules, owners: ReadonlyMap<string, string>, judge: (state: State, life: Life, terms: Terms) => void): void {
    for (const layer of KEPT)
      for (const [person, ids] of this.#people(owners)) {
        const state = this.stateOf(layer, ids);
        const under = ids.filter((id) => this.rows[layer].has(id));
        judge(state, this.lifeOf(ids, rules[layer]), rules[layer]);
        this.#write(layer, { person, ids, under }, state);
      }
  }

  #write(
    layer: Kept,
    who: { readonly person: string; readonly ids: readonly string[]; readonly under: readonly string[] },
    state: State,
  ): void {
    const rows = this.rows[layer];
    const { since, lapseEnd, warned } = state;
    for (const id of who.under) rows.delete(id);
    if (state.stands) for (const id of who.under.length === 0 ? [who.person] : who.under) rows.set(id, { since, lapseEnd, warned });
    const bars = this.bars[layer];
    if (who.ids.some((id) => bars.has(id)) === state.barred) return;
    for (const id of who.ids) bars.delete(id);
    if (state.barred) bars.add(who.person);
  }

  /** Who stands if any id does, since the earliest; in a grace if all are, until the latest; warned if any is. */
  stateOf(layer: Kept, ids: readonly string[]): State {
    const rows = ids.flatMap((id) => this.rows[layer].get(id) ?? []);
    const lapses = rows.flatMap(({ lapseEnd }) => lapseEnd ?? []);
    const warnings = rows.flatMap(({ warned }) => warned ?? []);
    const [latest] = warnings.toSorted((a, b) => b.month.localeCompare(a.month));
    return {
      stands: rows.length > 0,
      since: Math.min(...rows.map(({ since }) => since)),
      lapseEnd: lapses.length > 0 && lapses.length === rows.length ? Math.max(...lapses) : null,
      warned: latest === undefined ? null : { ...latest, end: Math.max(...warnings.map(({ end }) => end)) },
      barred: ids.some((id) => this.bars[layer].has(id)),
      moves: [],
    };
  }

  /** The layer of somebody: the highest to which they are appointed, else the first in which they stand. */
  layerOf(ids: readonly string[], now: number): string {
    const order = ["top", ...KEPT, "rest"];
    const [appointed] = this.appointments
      .filter(({ id, until }) => ids.includes(id) && until > now)
      .map(({ layer }) => order.indexOf(layer))
      .toSorted((a, b) => a - b);
    if (appointed !== undefined) return order[appointed] ?? "";
    return KEPT.find((layer) => this.stateOf(layer, ids).stands) ?? "rest";
  }
}

/** Lives through a drawn world, and compares after each act. */
async function live(rules: Rules, acts: readonly Act[]): Promise<void> {
  const { workspaceId, world } = await freshLiveWorld(engines, START_MS);
  const call = <C extends RouteContract>(of: C, input: CallInput<C> = {}) => callRoute(world.segments.routes, workspaceId, of, input);
  const reference = new Reference();
  const origins = NAMES.map((name) => world.privacy.originId(workspaceId, "user_id", name));
  const originOf = (who: number): string => origins[who] ?? "";
  const owners = () => ownersIn(engines, workspaceId);
  let messages = 0;
  const post = (who: number, lateMs: number) => {
    messages += 1;
    const timeMs = world.nowMs - lateMs;
    reference.posts.push({ id: originOf(who), at: timeMs });
    const ids = [user(NAMES[who] ?? "")];
    return world.append([
      eventOf({ workspaceId, messageId: `m-${workspaceId}-${messages}`, timeMs, receivedAtMs: world.nowMs, ids, name: "Posted" }),
    ]);
  };
  const merges: string[] = [];
  let held = rules;

  const does = async (act: Act): Promise<void> => {
    switch (act.what) {
      case "post":
        return post(act.who, act.lateDays * DAY_MS);
      case "wait":
        world.nowMs += act.hours * HOUR_MS;
        return undefined;
      case "appoint":
        return appointed(world, act);
      case "end": {
        const person = (await owners()).get(originOf(act.who)) ?? "";
        const { items } = await call(peopleRoutes.listAppointments, { params: { pyramid: "main" }, query: { person } });
        for (const { id } of items) await call(peopleRoutes.endAppointment, { params: { pyramid: "main", appointment: id } });
        await endAll(person);
        return undefined;
      }
      case "join": {
        const known = await owners();
        const pair = [known.get(originOf(act.who)) ?? "", known.get(originOf(act.whom)) ?? ""];
        if (pair[0] === pair[1]) return undefined;
        const merge = await callRoute(world.people.routes, workspaceId, mergeApi.createMerge, {
          body: { people: pair, confirmConflicts: true },
        });
        merges.push(merge.id);
        return undefined;
      }
      case "part": {
        const merge = merges.pop();
        if (merge !== undefined) await callRoute(world.people.routes, workspaceId, mergeApi.takeBackMerge, { params: { merge } });
        return undefined;
      }
      case "rules":
        held = act.rules;
        await call(api.putPyramid, { params: { pyramid: "main" }, body: bodyOf(held) });
        return undefined;
    }
  };
  const endAll = async (person: string): Promise<void> => {
    const known = await owners();
    for (const one of reference.appointments) if (known.get(one.id) === person) one.until = Math.min(one.until, world.nowMs);
  };
  const appointed = async ({ nowMs }: LiveWorld, { who, layer, days }: Extract<Act, { what: "appoint" }>): Promise<void> => {
    const person = (await owners()).get(originOf(who)) ?? "";
    const until = days === null ? null : nowMs + days * DAY_MS;
    await endAll(person);
    const body = {
      layer,
      people: { identity: "person" as const, values: [person] },
      until: until === null ? null : new Date(until).toISOString(),
    };
    await call(peopleRoutes.createAppointments, { params: { pyramid: "main" }, body });
    reference.appointments.push({ id: person, layer, from: nowMs, until: until ?? Infinity });
  };

  for (const who of NAMES.keys()) await post(who, 0);
  await world.drain();
  await call(api.putPyramid, { params: { pyramid: "main" }, body: bodyOf(held) });
  await world.drain();
  reference.begin(held, await owners(), world.nowMs);
  for (const [step, act] of [{ what: "wait", hours: 0 } as const, ...acts].entries()) {
    await does(act);
    await world.drain();
    reference.pass(held, await owners(), world.nowMs);
    const at = { step, act: act.what };
    expect({ at, ...(await kept(workspaceId)) }).toEqual({ at, ...wanted(await owners(), world.nowMs, reference) });
  }
}

/** What is put down, by the names of the ids. */
async function kept(workspaceId: number) {
  const layers = await engines.db<{ id: string; value: string }[]>`
    select person_id as id, computed ->> '$layer' as value from person_profile where workspace_id = ${workspaceId} order by person_id`;
  const standings = await engines.db<{ layer: string; id: string; due: Date | null; month: number | null; warned: Date | null }[]>`
    select l.key as layer, s.person_id as id, s.lapse_due as due, s.warned_month as month, s.warned_due as warned
    from pyramid_standing s join pyramid_layer l using (layer_id) where s.workspace_id = ${workspaceId}`;
  const bars = await engines.db<{ layer: string; id: string }[]>`
    select l.key as layer, b.person_id as id from pyramid_bar b join pyramid_layer l using (layer_id) where b.workspace_id = ${workspaceId}`;
  return {
    layers: layers.map(({ id, value }) => `${id} ${value}`).toSorted(),
    standings: standings
      .map(({ layer, id, due, warned }) => `${layer} ${id} ${due?.toISOString() ?? "-"} ${warned?.toISOString() ?? "-"}`)
      .toSorted(),
    bars: bars.map(({ layer, id }) => `${layer} ${id}`).toSorted(),
  };
}

function wanted(owners: ReadonlyMap<string, string>, now: number, reference: Reference) {
  const instant = (ms: number | undefined | null): string => (ms == null ? "-" : new Date(ms).toISOString());
  return {
    layers: [...Map.groupBy(owners.keys(), (id) => owners.get(id) ?? id)]
      .map(([person, ids]) => `${person} ${reference.layerOf(ids, now)}`)
      .toSorted(),
    standings: KEPT.flatMap((layer) =>
      [...reference.rows[layer]].map(([id, { lapseEnd, warned }]) => `${layer} ${id} ${instant(lapseEnd)} ${instant(warned?.end)}`),
    ).toSorted(),
    bars: KEPT.flatMap((layer) => [...reference.bars[layer]].map((id) => `${layer} ${id}`)).toSorted(),
  };
}

test("whatever people do, and whoever is joined, parted or appointed, they stand as the table of the decision says", async () => {
  await fc.assert(fc.asyncProperty(rulesArb, fc.array(actArb, { minLength: 16, maxLength: 24 }), live), {
    numRuns: RUNS,
    endOnFailure: true,
  });
}, 600_000);
