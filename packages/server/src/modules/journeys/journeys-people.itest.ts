import * as api from "@terrace/contract/api/journeys";
import * as galleryApi from "@terrace/contract/api/journeys-gallery";
import * as peopleApi from "@terrace/contract/api/journeys-people";
import { exitNode, journeyWith, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { user } from "@terrace/testkit/people-model";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { z } from "zod";
import { DAY_MS, journeyWorld } from "./journeys.suite.ts";

const here = journeyWorld();
const { call, came, drain, go, happens, personOf } = here;
const goal = { on: { event: "Order" }, withinDays: 7, leaves: true } as const;
const walk = journeyWith([waitNode("pause", "end"), exitNode()], { holdout: 0, goal });

test("a journey that takes nobody any more lets those who are in go on, and takes people again by the version that was live", async () => {
  const journey = await go(walk);
  const params = { journey };
  await happens("Signed Up", "ada");
  await expect(call(api.reopenJourney, { params, body: {} })).rejects.toMatchObject({ code: "journey.wrong_state" });
  const closed = await call(api.closeJourney, { params, body: { note: "enough" } });
  expect([closed.state, closed.live, closed.next, closed.versions.map(({ state }) => state)]).toEqual(["live", null, null, ["retired"]]);
  await expect(call(api.closeJourney, { params, body: {} })).rejects.toMatchObject({ code: "journey.wrong_state" });
  await happens("Signed Up", "bo");
  here.world.nowMs += DAY_MS;
  await drain();
  expect(await here.pathOf(journey)).toEqual(["pause>next end>"]);
  expect((await call(api.reopenJourney, { params, body: {} })).live?.version).toBe(1);
  await happens("Signed Up", "cy");
  expect((await call(api.getJourneyFigures, { params })).entered).toBe(2);
});

test("journeys are listed with who comes in and how many people, and found by name and state", async () => {
  const first = await go(walk, "Welcome");
  await go(walk, "Win back");
  await happens("Signed Up", "ada");
  await happens("Signed Up", "bo");
  await happens("Order", "bo");
  const rows = async (query: object) => (await call(api.listJourneys, { query })).items;
  expect(
    (await rows({})).map(({ name, entry, hasGoal, here: inside, entered, goal: reached }) => [
      name,
      entry.kind,
      hasGoal,
      inside,
      entered,
      reached,
    ]),
  ).toEqual([
    ["Win back", "event", true, 1, 2, 1],
    ["Welcome", "event", true, 1, 2, 1],
  ]);
  await call(api.archiveJourney, { params: { journey: first }, body: {} });
  expect((await rows({ search: "WIN" })).map(({ name }) => name)).toEqual(["Win back"]);
  expect((await rows({})).map(({ name }) => name)).toEqual(["Win back"]);
  expect((await rows({ state: "archived" })).map(({ name }) => name)).toEqual(["Welcome"]);
});

test("a person's journeys, the way of one of them, and everybody as a file", async () => {
  const journey = await go(walk, "Welcome");
  const other = await go(journeyWith([{ ...waitNode("rest", "end"), name: "A day off" }, exitNode()], { holdout: 0 }), "Other");
  await happens("Signed Up", "ada");
  await happens("Order", "ada");
  const person = await personOf("ada");
  const first = await call(peopleApi.listPersonJourneys, { params: { person }, query: { limit: 1 } });
  const rest = await call(peopleApi.listPersonJourneys, { params: { person }, query: { limit: 1, cursor: first.nextCursor } });
  const items = [...first.items, ...rest.items].toSorted((a, b) => Number(a.journey.id) - Number(b.journey.id));
  expect(items.map((one) => [one.journey.id, one.state, one.nodeName, one.endReason, one.parked])).toEqual([
    [journey, "out", "", "goal", null],
    [other, "in", "A day off", null, null],
  ]);
  const path = await call(api.getEnrolmentPath, { params: { journey, enrolment: items[0]?.id ?? "" } });
  expect([path.enrolment.person.id, path.items.map(({ out, why }) => [out, why["kind"]])]).toEqual([person, [[null, "ended"]]]);
  await expect(call(api.getEnrolmentPath, { params: { journey: other, enrolment: items[0]?.id ?? "" } })).rejects.toMatchObject({
    code: "journey.not_found",
  });
  // What it answers is a stream, which the contract's text does not say.
  const file = await call(
    { ...peopleApi.exportEnrolments, response: z.object({ stream: z.instanceof(Readable) }) },
    { params: { journey } },
  );
  const [, line] = (await text(file.stream)).split("\r\n");
  expect(line?.split(",").slice(1, 5)).toEqual([person, expect.any(String), "out", "1"]);
});

test("a journey of the gallery is taken as it is drawn, named in the language asked for", async () => {
  const { items } = await call(galleryApi.listReadyJourneys);
  expect(items.map(({ key, entry, templates }) => [key, entry.kind, templates.length])).toContainEqual(["birthday_gift", "date", 2]);
  const { id } = await call(galleryApi.takeReadyJourney, { params: { ready: "cart_reminder" }, body: { language: "en" } });
  const { name, state, definition } = await call(api.getJourney, { params: { journey: id } });
  expect([name, state]).toEqual(["Cart reminder", "draft"]);
  expect(definition.nodes.flatMap((node) => (node.kind === "message" ? [node.template] : []))).toEqual([
    "id of cart_push",
    "id of cart_mail",
  ]);
  await expect(call(galleryApi.takeReadyJourney, { params: { ready: "nothing" }, body: {} })).rejects.toMatchObject({
    code: "journey.not_found",
  });
});

test("the share that reaches the goal is told beside that of people held back, with its interval, once both can be told", async () => {
  const journey = await go(journeyWith([waitNode("pause", "end"), exitNode()], { holdout: 5_000, goal }));
  const names = Array.from({ length: 60 }, (_, n) => `u${n}`);
  await here.world.append(names.map((name) => came({ name: "Signed Up", ids: [user(name)] })));
  await drain();
  const params = { journey };
  expect((await call(api.getJourneyFigures, { params })).effect).toBeNull();
  const inside = new Set(
    (await call(api.listEnrolments, { params, query: { state: "in", limit: 100 } })).items.map(({ person }) => person.id),
  );
  const persons = await Promise.all(names.map(personOf));
  const buyers = names.filter((_, at) => (inside.has(persons[at] ?? "") ? at % 2 === 0 : at % 3 === 0));
  await here.world.append(buyers.map((name) => came({ name: "Order", ids: [user(name)] })));
  await drain();
  const { entered, goal: reached, held, heldGoal, effect } = await call(api.getJourneyFigures, { params });
  expect(effect).toMatchObject({ reached: reached / entered, held: heldGoal / held });
  expect(effect?.estimate).toBeCloseTo(reached / entered - heldGoal / held, 10);
  expect(effect === null || (effect.low < effect.estimate && effect.estimate < effect.high)).toBe(true);
});
