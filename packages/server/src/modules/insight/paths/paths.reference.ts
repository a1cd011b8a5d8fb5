import { isTold } from "@terrace/domain/event/segment-events";
import type { PathsPlan } from "@terrace/domain/insight/paths/paths-plan";
import type { ReferenceEvent } from "../sequence/reference-event.ts";
import { inOrder } from "../sequence/reference-event.ts";

export type ReferenceStep = { readonly person: string; readonly step: number; readonly source: string; readonly target: string };

/** Slow and obvious: every step of every path, "" as the target of the last. */
export function referencePaths(plan: PathsPlan, events: readonly ReferenceEvent[]): readonly ReferenceStep[] {
  return [...new Set(events.map(({ person }) => person))].flatMap((person) => {
    const own = inOrder(
      events.filter((event) => event.person === person && event.atMs >= plan.fromMs && event.atMs < plan.toMs && counts(plan, event)),
    );
    const sessions: ReferenceEvent[][] = [];
    for (const [index, event] of own.entries()) {
      const before = own[index - 1];
      if (before === undefined || event.atMs - before.atMs >= plan.gapMs) sessions.push([event]);
      else sessions.at(-1)?.push(event);
    }
    return sessions.flatMap((session) =>
      stepsOf(
        plan,
        session.map((event) => nodeOf(plan, event)),
        person,
      ),
    );
  });
}

function stepsOf(plan: PathsPlan, nodes: readonly string[], person: string): readonly ReferenceStep[] {
  let path = plan.collapseRepeats ? nodes.filter((node, index) => node !== nodes[index - 1]) : nodes;
  if (plan.startAt !== undefined) path = path.includes(plan.startAt) ? path.slice(path.indexOf(plan.startAt)) : [];
  if (plan.endAt !== undefined) path = path.slice(0, path.indexOf(plan.endAt) + 1).slice(-plan.stepsMax);
  const isCut = path.length > plan.stepsMax;
  const kept = path.slice(0, plan.stepsMax);
  const steps = kept.map((source, index) => ({ person, step: index + 1, source, target: kept[index + 1] ?? "" }));
  return isCut ? steps.slice(0, -1) : steps;
}

function nodeOf(plan: PathsPlan, event: ReferenceEvent): string {
  return plan.node === "event" ? event.name : (event.page ?? "");
}

function counts(plan: PathsPlan, event: ReferenceEvent): boolean {
  const names = plan.events?.map((selector) => selector.event) ?? [null];
  return names.some((name) => (name === null ? !isTold(event.name) : name === event.name)) && nodeOf(plan, event) !== "";
}
