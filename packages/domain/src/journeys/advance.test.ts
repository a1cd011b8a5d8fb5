import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, OVERDUE_MS } from "./advance.ts";
import { checkJourney } from "./check-journey.ts";
import { enterJourney } from "./enter-journey.ts";
import type { Answer, Ask, Effect, Enrolment, HeardEvent, JourneyFacts, Passage } from "./enrolment.ts";
import { hearGoal } from "./hear-event.ts";
import type { ExitRule, JourneyDefinition, JourneyNode } from "./journey-definition.ts";
import { beginSimulation, simulateEvent, simulateTo, type Simulation } from "./simulate-journey.ts";
import { daysLong, exitNode, journeyWith, messageNode, waitNode } from "./journey-fixture.suite.ts";
import { walkSlowly, type Trace } from "./slow-journey.suite.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const UNTIL = 2_200;
const FACTS: JourneyFacts = {
  journeyId: "1",
  originId: "77",
  personZone: "UTC",
  workspaceZone: "UTC",
  winners: new Map(),
  heard: [],
  selects: (selector, event) => selector.event === event.name,
};

type Begun = {
  readonly tags?: ReadonlySet<string>;
  readonly facts?: JourneyFacts;
  readonly atMs?: number;
  readonly heardMs?: number | undefined;
};

/** One person in a journey, simulated: worked off as the server does, every question answered at once. */
class Walked {
  private simulation: Simulation;
  private readonly tags: ReadonlySet<string>;

  constructor(definition: JourneyDefinition, { tags = new Set<string>(), facts = FACTS, atMs = 0, heardMs }: Begun = {}) {
    this.tags = tags;
    this.simulation = beginSimulation(definition, facts, { enteredMs: atMs, heardMs: heardMs ?? atMs });
  }

  get enrolment(): Enrolment {
    return this.simulation.enrolment;
  }
  get passages(): readonly Passage[] {
    return this.simulation.passages;
  }
  get effects(): readonly Effect[] {
    return this.simulation.effects;
  }

  /** Hears an event; one that was heard already is not handed in again, which is what the feed sees to. */
  hear(event: HeardEvent): void {
    this.simulation = simulateEvent(this.simulation, event);
  }

  /** Works off what is due, every question answered at once. */
  work(nowMs: number): void {
    for (let round = 0; round < 5_000; round += 1) {
      const { enrolment, ask } = this.simulation;
      const { end, place } = enrolment;
      if (end !== null || (place.phase === "waiting" && (place.dueMs ?? Infinity) > nowMs)) return;
      this.simulation = simulateTo(this.simulation, nowMs, ask === null ? undefined : this.answerOf(ask));
    }
    throw new Error("goes on without end");
  }

  trace(): Trace {
    return this.passages.map(({ node, out, leftMs }) => [leftMs / MINUTE_MS, node, out]);
  }

  private answerOf(ask: Ask): Answer {
    if (ask.kind !== "conditions")
      return ask.kind === "minute" ? { kind: "minute", minute: null } : { kind: "webhook", isOk: true, answer: {} };
    return { kind: "conditions", holds: ask.conditions.map((condition) => "tag" in condition && this.tags.has(condition.tag)) };
  }
}

const event = (name: string, minute: number, id: number): HeardEvent => ({
  id: String(id).padStart(4, "0"),
  name,
  timeMs: minute * MINUTE_MS,
  properties: {},
  context: {},
});
const parts = (id: string, outs: Record<string, string>) => ({ id, name: "", outs });

describe("a person's way", () => {
  it("is that of a walk minute by minute, when everything is worked off at once", () => {
    fc.assert(
      fc.property(world, ({ definition, events, tags }) => {
        fc.pre(checkJourney(definition).length === 0);
        const walked = new Walked(definition, { tags });
        walked.work(0);
        for (let minute = 0; minute < UNTIL; minute += 1) {
          walked.work(minute * MINUTE_MS);
          for (const one of events.filter(({ timeMs }) => timeMs === minute * MINUTE_MS)) {
            walked.hear(one);
            walked.work(minute * MINUTE_MS);
          }
        }
        expect(walked.trace()).toEqual(walkSlowly(definition, { events, tags, untilMinute: UNTIL }));
        expect(new Set(walked.passages.map(({ step }) => step)).size).toBe(walked.passages.length);
        expect(new Set(walked.effects.map(({ step }) => step)).size).toBe(walked.effects.length);
      }),
    );
  });

  it("does not depend on how late it is worked off, up to what counts as overdue, while nothing takes them out", () => {
    fc.assert(
      fc.property(
        world,
        fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 400, maxLength: 400 }),
        ({ definition, events, tags }, gaps) => {
          const staying: JourneyDefinition = { ...definition, exits: [], goal: null };
          fc.pre(checkJourney(staying).length === 0);
          const walked = new Walked(staying, { tags });
          let minute = 0;
          const heard = [...events];
          for (const gap of gaps) {
            minute += gap;
            while ((heard[0]?.timeMs ?? Infinity) <= minute * MINUTE_MS) walked.hear(heard.shift() ?? event("never", 0, 0));
            walked.work(minute * MINUTE_MS);
          }
          const prompt = walkSlowly(staying, { events, tags, untilMinute: minute + 1 });
          expect(walked.trace().slice(0, prompt.length)).toEqual(prompt);
          expect(walked.trace().length).toBe(prompt.length);
        },
      ),
    );
  });

  it("never gets stuck: whoever is in is due some time, or a question is open", () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 40 * DAY_MS }), ({ definition, events, tags }, lateMs) => {
        fc.pre(checkJourney(definition).length === 0);
        const walked = new Walked(definition, { tags });
        for (const one of events) walked.hear(one);
        walked.work(lateMs);
        const { end, place } = walked.enrolment;
        expect(end !== null || (place.phase === "waiting" && place.dueMs !== null && place.dueMs > lateMs)).toBe(true);
      }),
    );
  });

  it("asks a question again that was not answered, without doing anything twice", () => {
    const hook: JourneyNode = {
      ...parts("hook", { next: "end", failed: "end" }),
      kind: "webhook",
      url: "https://shop.example/",
      method: "POST",
      body: {},
      tries: 3,
      keep: [{ path: "coupon.code", as: "coupon" }],
    };
    const journey = journeyWith([hook, exitNode()], { exits: [{ condition: { tag: "bought", has: true } }] });
    const first = advance(journey, enterJourney(journey, { enteredMs: 0, heardMs: 0 }, {}), FACTS, { nowMs: 0 });
    expect(first.ask).toEqual({ kind: "conditions", conditions: [{ tag: "bought", has: true }] });
    expect(advance(journey, first.enrolment, FACTS, { nowMs: 1 })).toEqual(first);
    const second = advance(journey, first.enrolment, FACTS, { nowMs: 1, answer: { kind: "conditions", holds: [false] } });
    expect([second.ask, second.effects]).toEqual([{ kind: "webhook" }, [{ kind: "webhook", node: "hook", step: 0 }]]);
    expect(advance(journey, second.enrolment, FACTS, { nowMs: 2 })).toMatchObject({ ask: { kind: "webhook" }, effects: [] });
    const answered = { kind: "webhook", isOk: true, answer: { coupon: { code: "T5" } } } as const;
    const third = advance(journey, second.enrolment, FACTS, { nowMs: 3, answer: answered });
    // Waiting for the answer took time, so who goes out is asked once more.
    expect(third).toMatchObject({ enrolment: { kept: { coupon: "T5" } }, ask: { kind: "conditions" } });
    const fourth = advance(journey, third.enrolment, FACTS, { nowMs: 4, answer: { kind: "conditions", holds: [true] } });
    expect(fourth.enrolment.end).toMatchObject({ reason: "exitRule", node: "end" });
  });

  it("goes on from now where it was due long ago: nobody gets the steps of several days at once", () => {
    const journey = journeyWith([waitNode("one", "hello"), messageNode("hello", "two"), waitNode("two", "end"), exitNode()]);
    const walked = new Walked(journey);
    walked.work(0);
    walked.work(5 * DAY_MS);
    expect(walked.enrolment.place).toMatchObject({ node: "two", dueMs: 6 * DAY_MS });
    const prompt = new Walked(journey);
    prompt.work(0);
    prompt.work(DAY_MS + OVERDUE_MS);
    expect(prompt.enrolment.place).toMatchObject({ node: "two", dueMs: 2 * DAY_MS });
  });

  it("counts what happened while it was overdue", () => {
    const events: JourneyNode = {
      ...parts("buys", { bought: "end", timeout: "end" }),
      kind: "events",
      arms: [{ key: "bought", name: "", on: { event: "Order" } }],
      timeout: { amount: 1, unit: "day" },
    };
    const walked = new Walked(journeyWith([waitNode("one", "buys"), events, exitNode()]));
    walked.work(0);
    walked.hear(event("Order", 3 * 1_440, 1));
    walked.work(5 * DAY_MS);
    expect(walked.passages.map(({ out }) => out)).toEqual(["next", "bought", null]);
  });

  it("counts what happened between what brought them in and its being heard of", () => {
    const buys: JourneyNode = {
      ...parts("buys", { bought: "end", timeout: "end" }),
      kind: "events",
      arms: [{ key: "bought", name: "", on: { event: "Order" } }],
      timeout: { amount: 1, unit: "day" },
    };
    const goal = { on: { event: "Order" }, withinDays: 1, leaves: false };
    const walked = new Walked(journeyWith([buys, exitNode()], { goal }), { atMs: 0, heardMs: 10 * MINUTE_MS });
    walked.hear(event("Order", 2, 1));
    walked.work(10 * MINUTE_MS);
    expect(walked.passages.map(({ out, leftMs }) => [out, leftMs])).toEqual([
      ["bought", 10 * MINUTE_MS],
      [null, 10 * MINUTE_MS],
    ]);
    expect(walked.enrolment.goalMs).toBe(2 * MINUTE_MS);
  });

  it("reaches the goal by a plain count of events in its time, whether somebody is in, out or held back", () => {
    fc.assert(
      fc.property(world, fc.array(fc.nat(200), { maxLength: 8 }), fc.boolean(), ({ definition, events, tags }, delays, leaves) => {
        const goal = { on: { event: "Order" }, withinDays: 1, leaves };
        const aimed: JourneyDefinition = { ...definition, goal };
        fc.pre(checkJourney(aimed).length === 0);
        const treated = new Walked(aimed, { tags });
        let held = enterJourney(aimed, { enteredMs: 0, heardMs: 0 }, {});
        for (const [at, one] of events.entries()) {
          const minute = one.timeMs / MINUTE_MS + (delays[at] ?? 0);
          treated.work(minute * MINUTE_MS);
          treated.hear(one);
          held = hearGoal(aimed, held, one, FACTS) ?? held;
        }
        const counted = events.some(({ name, timeMs }) => name === "Order" && timeMs < DAY_MS);
        expect([treated.enrolment.goalMs !== null, held.goalMs !== null]).toEqual([counted, counted]);
      }),
    );
  });

  it("keeps the time of the day over a change of the clocks, and hours exact", () => {
    const facts = { ...FACTS, personZone: "Europe/London" };
    const eve = Date.UTC(2026, 2, 28, 9);
    const dueAfter = (until: Parameters<typeof waitNode>[2]): number | null => {
      const walked = new Walked(journeyWith([waitNode("one", "end", until), exitNode()]), { facts, atMs: eve });
      walked.work(eve);
      return walked.enrolment.place.dueMs;
    };
    expect(dueAfter(daysLong(1))).toBe(Date.UTC(2026, 2, 29, 8));
    expect(dueAfter({ kind: "duration", length: { amount: 24, unit: "hour" } })).toBe(Date.UTC(2026, 2, 29, 9));
    expect(dueAfter({ kind: "time", at: "01:30", weekdays: [7], zone: "person" })).toBe(Date.UTC(2026, 2, 29, 1, 30));
    // The instant of coming counts.
    expect(dueAfter({ kind: "time", at: "09:00", weekdays: [], zone: "workspace" })).toBe(eve);
  });
});

const ids = ["a", "b", "c", "d", "e"];
const someId = fc.constantFrom(...ids);
const someEvent = fc.constantFrom("Order", "Visit", "Reply");
const someTag = fc.constantFrom("vip", "new").map((tag) => ({ tag, has: true }) as const);

function nodeOf(id: string): fc.Arbitrary<JourneyNode> {
  const length = fc.record({ amount: fc.integer({ min: 1, max: 9 }), unit: fc.constantFrom("minute", "hour") } as const);
  return fc.tuple(someId, someId, length, someEvent, someTag, fc.nat(5)).map(([x, y, timeout, name, condition, which]): JourneyNode => {
    if (which === 0) return messageNode(id, x);
    if (which === 1) return waitNode(id, x, { kind: "duration", length: timeout });
    if (which === 2) return waitNode(id, x, { kind: "time", at: "09:00", weekdays: [], zone: "person" });
    if (which === 3)
      return { ...parts(id, { go: x, timeout: y }), kind: "events", arms: [{ key: "go", name: "", on: { event: name } }], timeout };
    if (which === 4)
      return { ...parts(id, { yes: x, otherwise: y }), kind: "branch", arms: [{ key: "yes", name: "", condition, where: null }] };
    return exitNode(id);
  });
}

const exitRule: fc.Arbitrary<ExitRule> = fc.oneof(
  someEvent.map((name): ExitRule => ({ on: { event: name } })),
  someTag.map((condition): ExitRule => ({ condition })),
);
const definition = fc
  .record({
    nodes: fc.tuple(...ids.map(nodeOf)),
    exits: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(exitRule, { maxLength: 2 }) }),
    goal: fc.option(fc.record({ on: someEvent.map((name) => ({ event: name })), withinDays: fc.constant(1), leaves: fc.boolean() })),
  })
  .map(({ nodes, ...rest }) => {
    const all = [...nodes, exitNode()].map((node, at) => (at < 5 ? node : { ...node, id: "end" }));
    const seen = new Set(["a"]);
    for (const id of seen) for (const to of Object.values(all.find((node) => node.id === id)?.outs ?? {})) seen.add(to);
    return journeyWith(
      all.filter(({ id }) => seen.has(id)),
      rest,
    );
  });
const world = fc.record({
  definition,
  events: fc
    .array(fc.tuple(someEvent, fc.integer({ min: 0, max: 1_500 })), { maxLength: 8 })
    .map((all) => all.toSorted(([, a], [, b]) => a - b).map(([name, minute], at) => event(name, minute, at))),
  tags: fc.subarray(["vip", "new"]).map((tags) => new Set(tags)),
});
