import * as api from "@terrace/contract/api/journeys";
import * as mergeApi from "@terrace/contract/api/merges";
import { fieldView, NO_FIELD_RULES } from "@terrace/domain/access/field-view";
import type { JourneyNode } from "@terrace/domain/journeys/journey-definition";
import { exitNode, journeyWith, messageNode, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { user } from "@terrace/testkit/people-model";
import { expect, test } from "vitest";
import { replayConsumer } from "../../platform/feed/replay.ts";
import { inTransaction } from "../../platform/storage/postgres.ts";
import { DAY_MS, drawn, journeyWorld, MINUTE_MS } from "./journeys.suite.ts";

const here = journeyWorld();
const { call, came, change, drain, go, happens, hear, originOf, pathOf, people, personOf } = here;
const open = { holdout: 0 } as const;
const pausing = journeyWith([waitNode("pause", "hello"), messageNode("hello", "end"), exitNode()], open);
const goal = { on: { event: "Order" }, withinDays: 7, leaves: true } as const;
const { signal } = new AbortController();
const work = (at: number, who = here.second) => who.loops[at]?.step(signal);

test("a worker that does not know a new version yet takes its people on", async () => {
  const journey = await go(pausing);
  await happens("Signed Up", "ada");
  await work(0);
  await change(journey, pausing, 1, "migrate");
  await here.engines.db`update journey_enrolment set due_ms = ${here.world.nowMs} where workspace_id = ${here.workspaceId}`;
  await work(0);
  expect(await pathOf(journey)).toEqual(["pause>next hello>next end>"]);
});

test("an event is heard by a version that was started a moment ago", async () => {
  const journey = await go(pausing);
  await change(journey, { ...pausing, exits: [{ on: { event: "Goodbye" } }] }, 1, "finish");
  await here.world.append([came({ name: "Signed Up", ids: [user("ada")] })]);
  await hear();
  await work(0);
  await here.world.append([came({ name: "Goodbye", ids: [user("ada")] })]);
  await hear();
  expect((await call(api.listEnrolments, { params: { journey } })).items.map(({ endReason }) => endReason)).toEqual(["exitRule"]);
});

test("the goal counts in its time for whoever is out, held back, or was put out by the journey's end", async () => {
  const journey = await go(journeyWith([messageNode("hello", "end"), exitNode()], { holdout: 5_000, goal }));
  const names = Array.from({ length: 40 }, (_, n) => `u${n}`);
  await here.world.append(names.map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await drain();
  here.world.nowMs += DAY_MS;
  await here.world.append(names.slice(0, 20).map((name) => came({ name: "Order", ids: [user(name)] })));
  await drain();
  await call(api.archiveJourney, { params: { journey }, body: {} });
  await here.world.append(names.slice(20, 30).map((name) => came({ name: "Order", ids: [user(name)] })));
  await drain();
  here.world.nowMs += 7 * DAY_MS;
  await here.world.append(names.slice(30).map((name) => came({ name: "Order", ids: [user(name)] })));
  await drain();
  const figures = await call(api.getJourneyFigures, { params: { journey } });
  expect(figures.held).toBeGreaterThan(5);
  expect([figures.entered + figures.held, figures.goal + figures.heldGoal]).toEqual([40, 30]);
});

test("what happens before somebody is asked at the door is judged after it: who does not meet the condition was never in", async () => {
  const entry = { ...pausing.entry, condition: { did: { event: "Visit" } } } as const;
  const journey = await go({ ...pausing, entry, goal });
  await here.world.append(["ada", "bo"].map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await hear();
  await call(api.pauseJourney, { params: { journey }, body: {} });
  await happens("Visit", "ada");
  for (const name of ["ada", "bo"]) await happens("Order", name);
  await call(api.resumeJourney, { params: { journey }, body: {} });
  await drain();
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ entered: 1, goal: 1, held: 0 });
  expect(await pathOf(journey)).toEqual(["pause>"]);
});

test("a batch of thousands of people comes in at once", async () => {
  const journey = await go(pausing);
  const names = Array.from({ length: 6_000 }, (_, n) => `u${n}`);
  await here.world.append(names.map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await drain();
  expect((await call(api.getJourneyFigures, { params: { journey } })).nodes).toEqual([{ node: "pause", here: 6_000 }]);
}, 120_000);

test("one person's fault is put off and told of, and everybody else goes on", async () => {
  const journey = await go(journeyWith([messageNode("hello", "end"), exitNode()], open));
  const bad = originOf("u3");
  here.askMessages = (_tx, _workspace, messages) =>
    messages.some(({ originId }) => originId === bad) ? Promise.reject(new RangeError("no such zone")) : Promise.resolve();
  await here.world.append(Array.from({ length: 9 }, (_, n) => came({ name: "Signed Up", ids: [user(`u${n}`)] })));
  await drain();
  expect(new Set(here.asked.map(({ originId }) => originId)).size).toBe(8);
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ parked: 1 });
  here.askMessages = () => Promise.resolve();
  here.world.nowMs += MINUTE_MS;
  await drain();
  expect(here.asked.some(({ originId }) => originId === bad)).toBe(true);
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ entered: 9, parked: 0 });
});

test("a version that cannot be read stops no other journey, and loses nobody", async () => {
  const broken = await go(pausing, "broken");
  const journey = await go(pausing);
  await happens("Signed Up", "ada");
  await here.engines
    .db`update journey_version set definition = ${Buffer.from([0])} where workspace_id = ${here.workspaceId} and journey_id = ${broken}`;
  here.world.nowMs += DAY_MS;
  await drain(here.second);
  expect(await pathOf(journey)).toEqual(["pause>next hello>next end>"]);
  expect((await call(api.listEnrolments, { params: { journey: broken } })).items.map(({ state }) => state)).toEqual(["in"]);
  expect(await call(api.getJourneyFigures, { params: { journey: broken } })).toMatchObject({ parked: 1 });
});

test("a question is asked with what was done before it came up, however long that takes to be seen", async () => {
  const vip: JourneyNode = { id: "vip", name: "", outs: { next: "hello" }, kind: "trait", traits: { vip: true } };
  const branch: JourneyNode = {
    id: "branch",
    name: "",
    outs: { yes: "end", otherwise: "end" },
    kind: "branch",
    arms: [{ key: "yes", name: "", condition: { trait: "vip", is: ["true"] }, where: null }],
  };
  const journey = await go(journeyWith([vip, messageNode("hello", "branch"), branch, exitNode()], open));
  // The answers are looked for while the step is not to be seen yet.
  here.askMessages = async () => {
    await work(1, here.journeys);
  };
  await happens("Signed Up", "ada");
  expect(await pathOf(journey)).toEqual(["vip>next hello>next branch>yes end>"]);
});

test("what is heard of long after it happened lets nobody in, and what happened on the way here counts", async () => {
  const buys: JourneyNode = {
    id: "buys",
    name: "",
    outs: { bought: "end", timeout: "hello" },
    kind: "events",
    arms: [{ key: "bought", name: "", on: { event: "Order" } }],
    timeout: { amount: 2, unit: "day" },
  };
  const journey = await go(journeyWith([buys, messageNode("hello", "end"), exitNode()], { ...open, goal: { ...goal, leaves: false } }));
  await here.world.append([
    came({ name: "Signed Up", ids: [user("old")] }, 2 * DAY_MS),
    came({ name: "Signed Up", ids: [user("ada")] }, 5_000),
    came({ name: "Order", ids: [user("ada")] }, 3_000),
  ]);
  await drain();
  expect(await pathOf(journey)).toEqual(["buys>bought end>"]);
  expect(await call(api.getJourneyFigures, { params: { journey } })).toMatchObject({ entered: 1, goal: 1 });
});

test("what is heard again does nothing", async () => {
  const entry = { ...pausing.entry, condition: { did: { event: "Visit" } } } as const;
  const journey = await go({ ...pausing, reentry: { kind: "afterFinish" }, entry });
  await happens("Visit", "ada");
  for (const name of ["ada", "bo"]) await happens("Signed Up", name);
  here.world.nowMs += DAY_MS;
  await drain();
  const before = [await pathOf(journey), here.asked.length];
  expect(await replayConsumer(here.engines.db, "journeys", new Date(0))).toMatchObject({ ok: true });
  await drain();
  expect([await pathOf(journey), here.asked.length]).toEqual(before);
});

test("people who are joined come in no more than one person may, whichever of their enrolments is over", async () => {
  const journey = await go({ ...pausing, reentry: { kind: "afterFinish" }, exits: [{ on: { event: "Goodbye" } }] });
  await happens("Signed Up", "ada");
  await happens("Signed Up", "bo");
  await happens("Goodbye", "bo");
  await people(mergeApi.createMerge, { body: { people: [await personOf("ada"), await personOf("bo")], confirmConflicts: true } });
  await drain();
  await happens("Signed Up", "bo");
  expect((await call(api.listEnrolments, { params: { journey } })).items.map(({ state }) => state)).toEqual(["out", "in"]);
});

test("whoever was held back by one of their ids is so by the others", async () => {
  const journey = await go({ ...pausing, reentry: { kind: "afterDays", days: 1 }, holdout: 5_000 });
  const names = Array.from({ length: 10 }, (_, n) => `u${n}`);
  const come = (name: string, who: readonly string[]) => here.world.append(who.map((each) => came({ name, ids: [user(each)] })));
  await come("Signed Up", names);
  await come(
    "Visit",
    names.map((name) => `other-${name}`),
  );
  await drain();
  for (const name of names)
    await people(mergeApi.createMerge, {
      body: { people: [await personOf(name), await personOf(`other-${name}`)], confirmConflicts: true },
    });
  here.world.nowMs += 40 * DAY_MS;
  await drain();
  await come(
    "Signed Up",
    names.map((name) => `other-${name}`),
  );
  await drain();
  const { items } = await call(api.listEnrolments, { params: { journey } });
  const each = [...Map.groupBy(items, ({ person }) => person.id).values()].map((own) => own.map(({ state }) => state === "held"));
  expect(each.map((own) => own.length)).toEqual(names.map(() => 2));
  expect(each.every(([first, second]) => first === second)).toBe(true);
  expect(new Set(each.flat()).size).toBe(2);
});

test("nobody comes in while a journey is ended", async () => {
  const journey = await go({ ...pausing, entry: { kind: "api", condition: null } });
  await happens("Visit", "ada");
  let enrolling: Promise<unknown> | undefined;
  await inTransaction(here.engines.db, async (tx) => {
    await tx`select pg_advisory_xact_lock_shared(hashtextextended('journey versions', 0))`;
    const archiving = call(api.archiveJourney, { params: { journey }, body: {} });
    enrolling = archiving.then(() =>
      call(api.enrolInJourney, { params: { journey }, body: { people: [{ kind: "user_id", value: "ada" }] } }),
    );
  });
  await expect(enrolling).rejects.toMatchObject({ code: "journey.wrong_state" });
});

test("a branch meets personal values of the event that brought somebody in, and of what a server hands in", async () => {
  const email = "ada@example.test";
  const branch: JourneyNode = {
    id: "branch",
    name: "",
    outs: { hers: "end", otherwise: "end" },
    kind: "branch",
    arms: [{ key: "hers", name: "", condition: null, where: { property: "email", is: [email] } }],
  };
  const definition = journeyWith([branch, exitNode()], open);
  const byEvent = await go(definition);
  const byServer = await go({ ...definition, entry: { kind: "api", condition: null } });
  await happens("Signed Up", "ada", { email: here.world.privacy.tokenise(here.workspaceId, "email", email) });
  await call(api.enrolInJourney, {
    params: { journey: byServer },
    body: { people: [{ kind: "user_id", value: "ada", properties: { email } }] },
  });
  await drain();
  expect([await pathOf(byEvent), await pathOf(byServer)]).toEqual([["branch>hers end>"], ["branch>hers end>"]]);
});

test("who is taken out gets nothing any more that still waits, and who comes to an exit gets it", async () => {
  const exits = [{ on: { event: "Goodbye" } }] as const;
  const journey = await go(journeyWith([messageNode("hello", "pause"), waitNode("pause", "end"), exitNode()], { ...open, exits }));
  for (const name of ["ada", "bo"]) await happens("Signed Up", name);
  await happens("Goodbye", "ada");
  here.world.nowMs += DAY_MS;
  await drain();
  const { items } = await call(api.listEnrolments, { params: { journey } });
  const left = items.filter(({ endReason }) => endReason === "exitRule").map(({ id }) => ({ kind: "journey", id: journey, run: id }));
  expect([items.length, left.length, here.takenBack]).toEqual([2, 1, left]);
  await call(api.archiveJourney, { params: { journey }, body: {} });
  expect(here.takenBack.at(-1)).toEqual({ kind: "journey", id: journey });
});

test("a field that somebody does not see is drawn by nobody of their role", async () => {
  const entry = { ...pausing.entry, condition: { trait: "salary", gt: 10_000 } } as const;
  const definition = drawn({ ...pausing, entry });
  const seen = fieldView(NO_FIELD_RULES, true);
  const as = { fields: { ...seen, trait: (name: string) => (name === "salary" ? "hidden" : "clear") } } as const;
  const refused = { code: "field.hidden" };
  await expect(call(api.createJourney, { body: { name: "欢迎", definition }, as })).rejects.toMatchObject(refused);
  await expect(call(api.checkJourneyDraft, { body: { definition }, as })).rejects.toMatchObject(refused);
  const { id } = await call(api.createJourney, { body: { name: "欢迎", definition } });
  await expect(call(api.submitJourney, { params: { journey: id }, body: {}, as })).rejects.toMatchObject(refused);
});
