import { NODE_KINDS, outsOf } from "@terrace/domain/journeys/journey-definition";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLANK_JOURNEY } from "../blank-journey.ts";
import {
  changeNode,
  ENTRY,
  freeArmKey,
  insertNode,
  isWhole,
  lead,
  removeNode,
  waysOf,
  type Definition,
  type DraftNode,
} from "./draft-edits.ts";
import { beginHistory, edited, redone, undone, type History } from "./draft-history.ts";
import { flowLayout, NODE_SIZE } from "./flow-layout.ts";
import { newNode, newNodeId } from "./new-node.ts";

const blank: Definition = {
  ...BLANK_JOURNEY,
  entry: { kind: "event", on: { event: null }, times: "every", keyedBy: null, condition: null },
  nodes: [{ kind: "exit", id: "exit", name: "", outs: {} }],
  reentry: { kind: "never" },
  exits: [],
  goal: null,
  holdout: 500,
  priority: 5,
};
const entryWay = { from: ENTRY, out: "next" };

const edits = fc.array(
  fc.record({
    what: fc.constantFrom("insert", "remove", "lead", "cut", "arms"),
    at: fc.nat(50),
    to: fc.nat(50),
    kind: fc.constantFrom(...NODE_KINDS),
  }),
  { maxLength: 40 },
);
type Edit = { readonly what: string; readonly at: number; readonly to: number; readonly kind: DraftNode["kind"] };

function pick<T>(all: readonly T[], at: number): T | undefined {
  return all[at % Math.max(1, all.length)];
}

function apply(definition: Definition, { what, at, to, kind }: Edit, id: string): Definition {
  const way = pick([entryWay, ...definition.nodes.flatMap((node) => outsOf(node).map((out) => ({ from: node.id, out })))], at);
  const node = pick(definition.nodes, at);
  if (what === "insert" && way !== undefined) return insertNode(definition, way, newNode(kind, id));
  if (what === "remove" && node !== undefined) return removeNode(definition, node.id);
  if (what === "lead" && way !== undefined) return lead(definition, way, pick(definition.nodes, to)?.id);
  if (what === "cut" && way !== undefined) return lead(definition, way, undefined);
  if (node?.kind === "events") {
    const arms = to % 2 === 0 ? node.arms.slice(1) : [...node.arms, { key: freeArmKey(node.arms), name: "", on: { event: "Paid" } }];
    return changeNode(definition, { ...node, arms });
  }
  return definition;
}

function after(all: readonly Edit[]): Definition {
  return all.reduce((definition, edit, at) => apply(definition, edit, `n${at}`), blank);
}

describe("edits of a draft", () => {
  it("puts a node between two others, and takes it away as if it had never been", () => {
    const waiting = insertNode(blank, entryWay, newNode("wait", "w"));
    expect(waysOf(waiting)).toEqual([
      { from: ENTRY, out: "next", to: "w" },
      { from: "w", out: "next", to: "exit" },
    ]);
    expect(removeNode(waiting, "w")).toEqual(blank);
  });

  it("leads each way out of what is put in to where the way led, and a new arm to where the others go", () => {
    const branched = insertNode(blank, entryWay, newNode("branch", "b"));
    expect(branched.nodes.at(-1)?.outs).toEqual({ arm1: "exit", otherwise: "exit" });
    const node = branched.nodes.at(-1);
    if (node?.kind !== "branch") throw new Error("No branch was put in");
    const more = changeNode(branched, { ...node, arms: [...node.arms, { key: "arm2", name: "", condition: null, where: null }] });
    expect(more.nodes.at(-1)?.outs).toEqual({ arm1: "exit", arm2: "exit", otherwise: "exit" });
  });

  it("leaves no way to what is not there, whatever is done", () => {
    fc.assert(fc.property(edits, (all) => isWhole(after(all))));
  });

  it("gives no id twice", () => {
    expect(new Set(Array.from({ length: 200 }, () => newNodeId("wait"))).size).toBe(200);
  });
});

describe("the history of a draft", () => {
  it("goes back to each former draft and forth again", () => {
    fc.assert(
      fc.property(edits, (all) => {
        const drafts = all.map((_, at) => after(all.slice(0, at + 1)));
        const last = drafts.reduce((history: History<Definition>, draft) => edited(history, draft), beginHistory(blank));
        const back = drafts.reduce((history) => undone(history), last);
        expect(back.present).toEqual(blank);
        expect(undone(back)).toEqual(back);
        expect(drafts.reduce((history) => redone(history), back).present).toEqual(last.present);
      }),
      { numRuns: 50 },
    );
  });

  it("takes back together what was typed into one field, and forgets what was taken back once something else is done", () => {
    const typed = ["a", "ab", "abc"].reduce((history, text) => edited(history, text, "name"), beginHistory(""));
    expect(undone(typed).present).toBe("");
    expect(redone(edited(undone(typed), "x")).present).toBe("x");
    expect(undone(edited(typed, "abcd", "title")).present).toBe("abc");
  });
});

describe("the layout of a draft", () => {
  it("puts no node over another, and each below those that lead to it unless the way leads back", () => {
    fc.assert(
      fc.property(edits, (all) => {
        const places = [...flowLayout(after(all)).values()];
        const apart = places.every((one, at) =>
          places.slice(at + 1).every((two) => Math.abs(one.x - two.x) >= NODE_SIZE.width || Math.abs(one.y - two.y) >= NODE_SIZE.height),
        );
        expect(apart).toBe(true);
      }),
      { numRuns: 50 },
    );
    const waiting = insertNode(blank, entryWay, newNode("wait", "w"));
    const heights = [ENTRY, "w", "exit"].map((id) => flowLayout(waiting).get(id)?.y ?? -1);
    expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  });
});
