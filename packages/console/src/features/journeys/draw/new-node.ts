import type { NodeKind } from "@terrace/domain/journeys/journey-definition";
import type { DraftNode, NodeOf } from "./draft-edits.ts";

const ID_BYTES = 5;
const HALF = 5_000;
const DAY = { amount: 1, unit: "day" } as const;

/** An id that no node had before: people in flight go over to the node of the same id, so that of one that was taken away is not given again. */
export function newNodeId(kind: NodeKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return `${kind}-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

type Own = { readonly [Kind in NodeKind]: Omit<NodeOf<Kind>, "id" | "name" | "outs"> };

/** What a node of each kind begins with. */
const NEW: Own = {
  message: {
    kind: "message",
    channel: "email",
    template: "",
    templateVersion: null,
    purpose: null,
    priority: null,
    tags: [],
    expiresAfterHours: null,
  },
  wait: { kind: "wait", until: { kind: "duration", length: DAY } },
  events: { kind: "events", arms: [{ key: "arm1", name: "", on: { event: null } }], timeout: DAY },
  branch: { kind: "branch", arms: [{ key: "arm1", name: "", condition: null, where: null }] },
  split: {
    kind: "split",
    arms: [
      { key: "arm1", name: "A", share: HALF },
      { key: "arm2", name: "B", share: HALF },
    ],
    winner: null,
  },
  trait: { kind: "trait", traits: {} },
  tag: { kind: "tag", add: [], remove: [] },
  emit: { kind: "emit", event: "", properties: {} },
  webhook: { kind: "webhook", url: "", method: "POST", body: {}, tries: 5, keep: [] },
  task: { kind: "task", title: "", note: "", due: DAY },
  jump: { kind: "jump" },
  goal: { kind: "goal" },
  exit: { kind: "exit" },
};

export function newNode(kind: NodeKind, id: string): DraftNode {
  return { ...NEW[kind], id, name: "", outs: {} };
}
