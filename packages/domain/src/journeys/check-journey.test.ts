import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkJourney } from "./check-journey.ts";
import { outsOf, takesTime, type JourneyDefinition, type JourneyNode } from "./journey-definition.ts";
import { mendText } from "./journey-faults.ts";
import { exitNode, journeyWith, messageNode, waitNode } from "./journey-fixture.suite.ts";
import type { JourneyReferences } from "./journey-references.ts";

const parts = (id: string, outs: Record<string, string> = {}) => ({ id, name: "", outs });
const jump = (id: string, next: string): JourneyNode => ({ ...parts(id, { next }), kind: "jump" });
const welcome = journeyWith([messageNode("hello", "pause"), waitNode("pause", "end"), exitNode()]);

function faultsOf(definition: JourneyDefinition, known?: JourneyReferences): readonly string[] {
  return checkJourney(definition, known).map(({ mend, node, field }) => `${node ?? "journey"} ${field}: ${mend}`);
}

describe("checking a journey", () => {
  it("finds nothing in one that is right", () => {
    expect(faultsOf(welcome)).toEqual([]);
  });

  it.each<[string, JourneyDefinition, readonly string[]]>([
    ["has no nodes", journeyWith([]), ["journey nodes: noNodes"]],
    ["begins nowhere", { ...welcome, start: "gone" }, ["journey start: startUnknown"]],
    ["has an id twice", journeyWith([exitNode(), exitNode()]), ["end id: nodeTwice", "end id: unreachable"]],
    ["has an open way out", journeyWith([{ ...waitNode("pause", "end"), outs: {} }]), ["pause outs.next: outMissing"]],
    ["leads to a node that is gone", journeyWith([waitNode("pause", "gone")]), ["pause outs.next: outUnknown"]],
    ["has a way out too many", journeyWith([{ ...exitNode(), outs: { next: "end" } }]), ["end outs.next: outExtra"]],
    ["has a node to which no way leads", journeyWith([exitNode(), waitNode("pause", "end")]), ["pause id: unreachable"]],
    ["never ends", journeyWith([waitNode("a", "b"), waitNode("b", "a")]), ["a outs: noWayOut", "b outs: noWayOut"]],
    [
      "goes round without a wait",
      journeyWith([jump("a", "b"), jump("b", "a"), exitNode()]),
      ["a outs: loopWithoutWait", "a outs: noWayOut", "b outs: noWayOut", "end id: unreachable"],
    ],
  ])("tells that it %s", (_, definition, expected) => {
    expect(faultsOf(definition).toSorted()).toEqual(expected.toSorted());
  });

  it("tells of shares that do not make 100 %, of doubled arms and of a winner without a goal", () => {
    const arm = (key: string, share: number) => ({ key, name: "", share });
    const split = (arms: readonly ReturnType<typeof arm>[], winner: { readonly peoplePerArm: number } | null): JourneyNode => ({
      ...parts("ab", Object.fromEntries(arms.map(({ key }) => [key, "end"]))),
      kind: "split",
      arms,
      winner,
    });
    expect(faultsOf(journeyWith([split([arm("a", 5_000), arm("b", 4_000)], null), exitNode()]))).toEqual(["ab arms: sharesNotWhole"]);
    expect(faultsOf(journeyWith([split([arm("a", 5_000), arm("a", 5_000)], null), exitNode()]))).toEqual(["ab arms.1.key: armTwice"]);
    expect(faultsOf(journeyWith([split([arm("a", 10_000)], null), exitNode()]))).toEqual(["ab arms: armsFew"]);
    const chosen = split([arm("a", 5_000), arm("b", 5_000)], { peoplePerArm: 100 });
    expect(faultsOf(journeyWith([chosen, exitNode()]))).toEqual(["ab winner: winnerWithoutGoal"]);
  });

  it("tells of what is named and not there", () => {
    const known: JourneyReferences = {
      segments: new Map([["3", { live: false }]]),
      templates: new Map([["7", "sms" as const]]),
      purposes: new Set(["service"]),
      isCron: () => false,
    };
    expect(faultsOf(welcome, known)).toEqual(["journey purpose: purposeUnknown", "hello template: templateChannel"]);
    const scheduled = journeyWith([exitNode()], {
      purpose: "service",
      entry: { kind: "schedule", segment: "4", when: { kind: "cron", cron: "x", zone: "Mars/North" }, condition: null },
    });
    expect(faultsOf(scheduled, known)).toEqual([
      "journey entry.segment: segmentUnknown",
      "journey entry.when.cron: cronInvalid",
      "journey entry.when.zone: zoneUnknown",
    ]);
    const entering = { kind: "segment", segment: "3", change: "enters", condition: { segment: "9", in: true } } as const;
    expect(faultsOf(journeyWith([exitNode()], { purpose: "service", entry: entering }), known)).toEqual([
      "journey entry.segment: segmentNotLive",
      "journey entry.condition: segmentUnknown",
    ]);
  });

  it("says how each fault is mended, with every value put in", () => {
    for (const fault of checkJourney(journeyWith([waitNode("a", "gone"), exitNode("a")]))) expect(mendText(fault)).not.toContain("{{");
  });

  it("lets people walk every journey that it finds right to an exit, without passing the same node twice on the way between two waits", () => {
    fc.assert(
      fc.property(drawn, fc.array(fc.nat(20), { minLength: 60, maxLength: 60 }), (definition, turns) => {
        fc.pre(checkJourney(definition).length === 0);
        const byId = new Map(definition.nodes.map((node) => [node.id, node]));
        let at = byId.get(definition.start);
        let since = new Set<string>();
        for (const turn of turns) {
          if (at === undefined) throw new Error("a way out leads nowhere");
          if (at.kind === "exit") return;
          if (takesTime(at)) since = new Set();
          expect(since.has(at.id)).toBe(false);
          since.add(at.id);
          const outs = outsOf(at);
          at = byId.get(at.outs[outs[turn % outs.length] ?? ""] ?? "");
        }
      }),
    );
  });
});

const ids = ["a", "b", "c", "d"];
const someId = fc.constantFrom(...ids);
const drawn: fc.Arbitrary<JourneyDefinition> = fc
  .tuple(
    ...ids.map((id) =>
      fc.tuple(fc.constantFrom("jump", "wait", "exit", "webhook"), someId, someId).map(([kind, x, y]) => nodeOf(id, kind, x, y)),
    ),
  )
  .map((nodes) => journeyWith(nodes))
  .map((definition) => ({ ...definition, nodes: reachable(definition) }));

function nodeOf(id: string, kind: string, x: string, y: string): JourneyNode {
  if (kind === "jump") return jump(id, x);
  if (kind === "wait") return waitNode(id, x);
  if (kind === "exit") return exitNode(id);
  return {
    ...parts(id, { next: x, failed: y }),
    kind: "webhook",
    url: "https://shop.example/",
    method: "POST",
    body: {},
    tries: 1,
    keep: [],
  };
}

/** Without the nodes to which no way leads, so that more of what is drawn is right. */
function reachable({ nodes, start }: JourneyDefinition): readonly JourneyNode[] {
  const seen = new Set([start]);
  for (const id of seen) for (const to of Object.values(nodes.find((node) => node.id === id)?.outs ?? {})) seen.add(to);
  return nodes.filter(({ id }) => seen.has(id));
}

const emits = (event: string, next: string): JourneyNode => ({ id: "tell", name: "", kind: "emit", event, properties: {}, outs: { next } });

it("refuses an event that brings people in again at once, and names that are Terrace's own", () => {
  const mends = (definition: Parameters<typeof checkJourney>[0]) => checkJourney(definition).map(({ mend, node }) => [mend, node]);
  const again = { reentry: { kind: "afterFinish" } } as const;
  expect(mends(journeyWith([emits("Signed Up", "end"), exitNode()], again))).toEqual([["emitsEntry", "tell"]]);
  expect(mends(journeyWith([emits("Signed Up", "pause"), waitNode("pause", "end"), exitNode()], again))).toEqual([]);
  expect(mends(journeyWith([waitNode("pause", "tell"), emits("Signed Up", "end"), exitNode()], again))).toEqual([]);
  expect(mends(journeyWith([emits("Signed Up", "end"), exitNode()]))).toEqual([]);
  expect(mends(journeyWith([emits("message_sent", "end"), exitNode()]))).toEqual([["eventReserved", "tell"]]);
});

it("refuses to branch by what is not kept of an event", () => {
  const arm = { key: "a", name: "", condition: null, where: { column: "utmSource", is: ["x"] } } as const;
  const branch: JourneyNode = { id: "b", name: "", kind: "branch", arms: [arm], outs: { a: "end", otherwise: "end" } };
  expect(checkJourney(journeyWith([branch, exitNode()])).map(({ mend, field }) => [mend, field])).toEqual([
    ["columnNotKept", "arms.0.where"],
  ]);
});
