import { exitNode, journeyWith, messageNode, waitNode } from "@terrace/domain/journeys/journey-fixture.suite";
import { expect, it } from "vitest";
import { answerTrial, beginTrial, comesIn, doInTrial, passTime, passToDue } from "./trial.ts";

const DAY_MS = 86_400_000;
const begun = { journey: "1", originId: "p1", timeZone: "UTC", nowMs: 0, properties: { plan: "gold" } };
const parts = (id: string, outs: Record<string, string>) => ({ id, name: "", outs });
const branch = {
  ...parts("asks", { gold: "greet", otherwise: "end" }),
  kind: "branch" as const,
  arms: [{ key: "gold", name: "Gold", condition: { tag: "vip", has: true }, where: { property: "plan", is: ["gold"] } }],
};
const buys = {
  ...parts("buys", { bought: "end", timeout: "end" }),
  kind: "events" as const,
  arms: [{ key: "bought", name: "", on: { event: "Paid", where: { property: "total", gte: 10 } } }],
  timeout: { amount: 2, unit: "day" as const },
};
const definition = journeyWith([waitNode("pause", "asks"), branch, messageNode("greet", "buys"), buys, exitNode()]);
const outs = (trial: ReturnType<typeof beginTrial>) => trial.simulation.passages.map(({ node, out }) => `${node}>${out ?? ""}`);

it("waits on its own clock, asks what it cannot know, and goes the way of the answers and of what happens", () => {
  const waiting = beginTrial(definition, begun);
  expect(outs(waiting)).toEqual([]);
  const asked = passToDue(waiting);
  expect(asked.simulation.ask).toEqual({ kind: "conditions", conditions: [{ tag: "vip", has: true }] });
  // While something is asked no time passes.
  expect(passTime(asked, DAY_MS).nowMs).toBe(asked.nowMs);
  const greeted = answerTrial(asked, { kind: "conditions", holds: [true] });
  expect(greeted.simulation.effects).toMatchObject([{ kind: "message", node: "greet" }]);
  const small = doInTrial(greeted, { event: "Paid", properties: { total: 5 } });
  expect(small.simulation.enrolment.end).toBeNull();
  const paid = doInTrial(passTime(small, DAY_MS), { event: "Paid", properties: { total: 10 } });
  expect(outs(paid)).toEqual(["pause>next", "asks>gold", "greet>next", "buys>bought", "end>"]);
  expect(outs(passTime(greeted, 3 * DAY_MS)).slice(3)).toEqual(["buys>timeout", "end>"]);
});

it("goes on without asking where the event that brought them in tells enough, and says who does not come in", () => {
  const plain = passToDue(beginTrial(definition, { ...begun, properties: { plan: "free" } }));
  expect(outs(plain)).toEqual(["pause>next", "asks>otherwise", "end>"]);
  const narrow = {
    ...definition,
    entry: { kind: "event", on: { event: "Paid", where: { property: "total", gt: 100 } }, times: "every", keyedBy: null, condition: null },
  } as const;
  expect([comesIn(narrow, { total: 101 }), comesIn(narrow, { total: 100 }), comesIn(narrow, {})]).toEqual([true, false, false]);
});
