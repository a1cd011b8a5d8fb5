import type { MessageNode, JourneyDefinition, JourneyNode, WaitNode } from "./journey-definition.ts";

/** A journey that is right as it stands, to be changed in tests. */
export function journeyWith(nodes: readonly JourneyNode[], rest: Partial<JourneyDefinition> = {}): JourneyDefinition {
  return {
    entry: { kind: "event", on: { event: "Signed Up" }, times: "every", keyedBy: null, condition: null },
    start: nodes[0]?.id ?? "",
    nodes,
    reentry: { kind: "never" },
    exits: [],
    goal: null,
    holdout: 500,
    priority: 5,
    purpose: "marketing",
    ...rest,
  };
}

export const exitNode = (id = "end"): JourneyNode => ({ id, name: "", kind: "exit", outs: {} });

export const waitNode = (id: string, next: string, until: WaitNode["until"] = daysLong(1)): JourneyNode => ({
  id,
  name: "",
  kind: "wait",
  until,
  outs: { next },
});

export const daysLong = (amount: number): WaitNode["until"] => ({ kind: "duration", length: { amount, unit: "day" } });

export const messageNode = (id: string, next: string): MessageNode => ({
  id,
  name: "",
  kind: "message",
  channel: "email",
  template: "7",
  templateVersion: null,
  purpose: null,
  priority: null,
  tags: [],
  expiresAfterHours: null,
  outs: { next },
});
